#ifndef LWSLINT_LIBC_OPENSSL_X509_H
#define LWSLINT_LIBC_OPENSSL_X509_H
#include <openssl/ossl_typ.h>
#include <openssl/evp.h>
#define X509_V_OK 0
#define X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT 18
#define X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN 19
#define X509_V_ERR_CERT_HAS_EXPIRED 10
#define X509_FILETYPE_PEM 1
#define X509_V_FLAG_CRL_CHECK 4
#define X509_V_FLAG_CRL_CHECK_ALL 8
typedef struct x509_lookup_st X509_LOOKUP;
typedef struct x509_lookup_method_st X509_LOOKUP_METHOD;
X509_LOOKUP_METHOD *X509_LOOKUP_file(void);
X509_LOOKUP *X509_STORE_add_lookup(X509_STORE *, X509_LOOKUP_METHOD *);
int X509_load_cert_crl_file(X509_LOOKUP *, const char *, int);
int X509_load_crl_file(X509_LOOKUP *, const char *, int);
int X509_STORE_set_flags(X509_STORE *, unsigned long);
int X509_STORE_load_locations(X509_STORE *, const char *, const char *);
X509_VERIFY_PARAM *X509_VERIFY_PARAM_new(void);
void X509_VERIFY_PARAM_free(X509_VERIFY_PARAM *);
int X509_VERIFY_PARAM_set_flags(X509_VERIFY_PARAM *, unsigned long);
int X509_VERIFY_PARAM_set1_host(X509_VERIFY_PARAM *, const char *, size_t);
X509 *X509_new(void);
void X509_free(X509 *);
X509 *d2i_X509(X509 **, const unsigned char **, long);
X509_NAME *X509_get_subject_name(const X509 *);
X509_NAME *X509_get_issuer_name(const X509 *);
char *X509_NAME_oneline(const X509_NAME *, char *, int);
int X509_NAME_get_text_by_NID(X509_NAME *, int, char *, int);
X509_STORE *X509_STORE_new(void);
void X509_STORE_free(X509_STORE *);
int X509_STORE_add_cert(X509_STORE *, X509 *);
int X509_STORE_CTX_get_error(const X509_STORE_CTX *);
void X509_STORE_CTX_set_error(X509_STORE_CTX *, int);
int X509_STORE_CTX_get_error_depth(const X509_STORE_CTX *);
X509 *X509_STORE_CTX_get_current_cert(const X509_STORE_CTX *);
void *X509_STORE_CTX_get_ex_data(const X509_STORE_CTX *, int);
const char *X509_verify_cert_error_string(long);
#endif
