#ifndef LWSLINT_LIBC_OPENSSL_HMAC_H
#define LWSLINT_LIBC_OPENSSL_HMAC_H
#include <openssl/evp.h>
unsigned char *HMAC(const EVP_MD *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned int *);
#endif
