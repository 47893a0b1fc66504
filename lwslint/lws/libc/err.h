#ifndef LWSLINT_LIBC_ERR_H
#define LWSLINT_LIBC_ERR_H
#include <lwslint-types.h>
#include <stdarg.h>
LWSLINT_NORETURN void err(int, const char *, ...);
LWSLINT_NORETURN void errx(int, const char *, ...);
LWSLINT_NORETURN void verr(int, const char *, va_list);
LWSLINT_NORETURN void verrx(int, const char *, va_list);
void warn(const char *, ...);
void warnx(const char *, ...);
void vwarn(const char *, va_list);
void vwarnx(const char *, va_list);
#endif
