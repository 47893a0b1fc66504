#ifndef LWSLINT_LIBC_OPENSSL_RAND_H
#define LWSLINT_LIBC_OPENSSL_RAND_H
int RAND_bytes(unsigned char *, int);
#endif
