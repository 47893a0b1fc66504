#ifndef LWSLINT_LIBC_SETJMP_H
#define LWSLINT_LIBC_SETJMP_H
#include <lwslint-types.h>
typedef struct { long registers[25]; } jmp_buf[1];
typedef jmp_buf sigjmp_buf;
int setjmp(jmp_buf);
int _setjmp(jmp_buf);
int sigsetjmp(sigjmp_buf, int);
LWSLINT_NORETURN void longjmp(jmp_buf, int);
LWSLINT_NORETURN void _longjmp(jmp_buf, int);
LWSLINT_NORETURN void siglongjmp(sigjmp_buf, int);
#endif
