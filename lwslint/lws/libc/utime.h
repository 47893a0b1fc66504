#ifndef LWSLINT_LIBC_UTIME_H
#define LWSLINT_LIBC_UTIME_H
#include <lwslint-types.h>
struct utimbuf { time_t actime; time_t modtime; };
int utime(const char *, const struct utimbuf *);
#endif
