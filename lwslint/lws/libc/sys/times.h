#ifndef LWSLINT_LIBC_SYS_TIMES_H
#define LWSLINT_LIBC_SYS_TIMES_H
#include <lwslint-types.h>
struct tms { clock_t tms_utime, tms_stime, tms_cutime, tms_cstime; };
clock_t times(struct tms *);
#endif
