#ifndef LWSLINT_LIBC_OPENSSL_BIO_H
#define LWSLINT_LIBC_OPENSSL_BIO_H
#include <openssl/ossl_typ.h>
BIO *BIO_new_mem_buf(const void *, int);
BIO *BIO_new_file(const char *, const char *);
int BIO_free(BIO *);
void BIO_free_all(BIO *);
int BIO_read(BIO *, void *, int);
int BIO_write(BIO *, const void *, int);
#endif
