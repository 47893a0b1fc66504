#ifndef LWSLINT_LIBC_OPENSSL_PEM_H
#define LWSLINT_LIBC_OPENSSL_PEM_H
#include <stdio.h>
#include <openssl/x509.h>
#include <openssl/bio.h>
typedef int pem_password_cb(char *, int, int, void *);
X509 *PEM_read_bio_X509(BIO *, X509 **, pem_password_cb *, void *);
X509 *PEM_read_X509(FILE *, X509 **, pem_password_cb *, void *);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *, EVP_PKEY **, pem_password_cb *, void *);
#endif
