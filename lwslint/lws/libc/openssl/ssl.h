#ifndef LWSLINT_LIBC_OPENSSL_SSL_H
#define LWSLINT_LIBC_OPENSSL_SSL_H
#include <openssl/ossl_typ.h>
#include <openssl/x509.h>
#include <openssl/evp.h>
#include <openssl/bio.h>
#define SSL_VERIFY_NONE 0
#define SSL_VERIFY_PEER 1
#define SSL_VERIFY_FAIL_IF_NO_PEER_CERT 2
#define SSL_FILETYPE_PEM 1
#define SSL_FILETYPE_ASN1 2
#define SSL_OP_NO_SSLv2 0L
#define SSL_OP_NO_SSLv3 0x02000000L
#define SSL_OP_NO_TLSv1 0x04000000L
#define SSL_OP_NO_TLSv1_2 0x08000000L
#define SSL_OP_NO_TLSv1_1 0x10000000L
#define SSL_OP_NO_TLSv1_3 0x20000000L
#define SSL_OP_NO_COMPRESSION 0x00020000L
#define SSL_ERROR_NONE 0
#define SSL_ERROR_SSL 1
#define SSL_ERROR_WANT_READ 2
#define SSL_ERROR_WANT_WRITE 3
#define SSL_ERROR_SYSCALL 5
#define TLS1_2_VERSION 0x0303
#define TLS1_3_VERSION 0x0304
typedef int (*SSL_verify_cb)(int, X509_STORE_CTX *);
const SSL_METHOD *TLS_method(void);
const SSL_METHOD *TLS_client_method(void);
const SSL_METHOD *TLS_server_method(void);
const SSL_METHOD *SSLv23_client_method(void);
SSL_CTX *SSL_CTX_new(const SSL_METHOD *);
void SSL_CTX_free(SSL_CTX *);
int SSL_CTX_load_verify_locations(SSL_CTX *, const char *, const char *);
int SSL_CTX_set_default_verify_paths(SSL_CTX *);
int SSL_CTX_use_certificate_file(SSL_CTX *, const char *, int);
int SSL_CTX_use_certificate_chain_file(SSL_CTX *, const char *);
int SSL_CTX_use_PrivateKey_file(SSL_CTX *, const char *, int);
int SSL_CTX_use_certificate(SSL_CTX *, X509 *);
int SSL_CTX_use_PrivateKey(SSL_CTX *, EVP_PKEY *);
int SSL_CTX_check_private_key(const SSL_CTX *);
int SSL_CTX_set_cipher_list(SSL_CTX *, const char *);
void SSL_CTX_set_verify(SSL_CTX *, int, SSL_verify_cb);
void SSL_CTX_set_verify_depth(SSL_CTX *, int);
uint64_t SSL_CTX_set_options(SSL_CTX *, uint64_t);
X509_STORE *SSL_CTX_get_cert_store(const SSL_CTX *);
void SSL_CTX_set_cert_store(SSL_CTX *, X509_STORE *);
int SSL_CTX_set1_param(SSL_CTX *, X509_VERIFY_PARAM *);
X509_VERIFY_PARAM *SSL_get0_param(SSL *);
int SSL_get_error(const SSL *, int);
long SSL_get_verify_result(const SSL *);
X509 *SSL_get_peer_certificate(const SSL *);
X509 *SSL_get1_peer_certificate(const SSL *);
int SSL_get_ex_data_X509_STORE_CTX_idx(void);
void *SSL_get_ex_data(const SSL *, int);
int SSL_set_ex_data(SSL *, int, void *);
const char *SSL_get_version(const SSL *);
const char *SSL_get_cipher_name(const SSL *);
const char *SSL_get_servername(const SSL *, int);
SSL_CTX *SSL_get_SSL_CTX(const SSL *);
int SSL_library_init(void);
void SSL_load_error_strings(void);
int OPENSSL_init_ssl(uint64_t, const void *);
#define SSL_CTX_set_min_proto_version(context, version) ((void)(context), (void)(version), 1)
#define SSL_CTX_set_max_proto_version(context, version) ((void)(context), (void)(version), 1)
#endif
