#ifndef LWSLINT_LIBC_ALLOCA_H
#define LWSLINT_LIBC_ALLOCA_H
#include <lwslint-types.h>
#ifdef __GNUC__
#define alloca(size) __builtin_alloca(size)
#else
void *alloca(size_t);
#endif
#endif
