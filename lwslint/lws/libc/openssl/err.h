#ifndef LWSLINT_LIBC_OPENSSL_ERR_H
#define LWSLINT_LIBC_OPENSSL_ERR_H
#include <openssl/ossl_typ.h>
unsigned long ERR_get_error(void);
unsigned long ERR_peek_error(void);
char *ERR_error_string(unsigned long, char *);
void ERR_error_string_n(unsigned long, char *, size_t);
const char *ERR_reason_error_string(unsigned long);
void ERR_clear_error(void);
#endif
