#ifndef LWSLINT_LIBC_STDDEF_H
#define LWSLINT_LIBC_STDDEF_H
#include <lwslint-types.h>
#ifndef __cplusplus
#ifdef __WCHAR_TYPE__
typedef __WCHAR_TYPE__ wchar_t;
#else
typedef int wchar_t;
#endif
#endif
typedef struct {
	long long lwslint_ll;
	long double lwslint_ld;
} max_align_t;
#ifdef __GNUC__
#define offsetof(type, member) __builtin_offsetof(type, member)
#else
#define offsetof(type, member) ((size_t)&((type *)0)->member)
#endif
#endif
