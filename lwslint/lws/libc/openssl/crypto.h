#ifndef LWSLINT_LIBC_OPENSSL_CRYPTO_H
#define LWSLINT_LIBC_OPENSSL_CRYPTO_H
#include <openssl/ossl_typ.h>
#define OPENSSL_free(p) CRYPTO_free((p), __FILE__, __LINE__)
void CRYPTO_free(void *, const char *, int);
const char *OpenSSL_version(int);
#endif
