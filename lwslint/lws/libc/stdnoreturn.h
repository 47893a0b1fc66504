#ifndef LWSLINT_LIBC_STDNORETURN_H
#define LWSLINT_LIBC_STDNORETURN_H
#define noreturn _Noreturn
#endif
