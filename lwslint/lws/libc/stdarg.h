#ifndef LWSLINT_LIBC_STDARG_H
#define LWSLINT_LIBC_STDARG_H
#include <lwslint-types.h>
typedef __gnuc_va_list va_list;
#ifdef __GNUC__
#define va_start(list, last) __builtin_va_start(list, last)
#define va_end(list) __builtin_va_end(list)
#define va_arg(list, type) __builtin_va_arg(list, type)
#define va_copy(to, from) __builtin_va_copy(to, from)
#else
#define va_start(list, last) ((void)((list) = (va_list)&(last)))
#define va_end(list) ((void)(list))
#define va_arg(list, type) (*(type *)(list))
#define va_copy(to, from) ((to) = (from))
#endif
#endif
