#ifndef LWSLINT_LIBC_OPENSSL_SHA_H
#define LWSLINT_LIBC_OPENSSL_SHA_H
#include <stddef.h>
#define SHA_DIGEST_LENGTH 20
#define SHA256_DIGEST_LENGTH 32
unsigned char *SHA1(const unsigned char *, size_t, unsigned char *);
unsigned char *SHA256(const unsigned char *, size_t, unsigned char *);
#endif
