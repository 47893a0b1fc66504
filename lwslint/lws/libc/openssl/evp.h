#ifndef LWSLINT_LIBC_OPENSSL_EVP_H
#define LWSLINT_LIBC_OPENSSL_EVP_H
#include <openssl/ossl_typ.h>
#define EVP_MAX_MD_SIZE 64
EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(EVP_MD_CTX *);
const EVP_MD *EVP_sha1(void);
const EVP_MD *EVP_sha256(void);
const EVP_MD *EVP_sha512(void);
const EVP_MD *EVP_md5(void);
int EVP_DigestInit_ex(EVP_MD_CTX *, const EVP_MD *, ENGINE *);
int EVP_DigestUpdate(EVP_MD_CTX *, const void *, size_t);
int EVP_DigestFinal_ex(EVP_MD_CTX *, unsigned char *, unsigned int *);
void EVP_PKEY_free(EVP_PKEY *);
#endif
