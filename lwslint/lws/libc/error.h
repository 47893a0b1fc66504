#ifndef LWSLINT_LIBC_ERROR_H
#define LWSLINT_LIBC_ERROR_H
void error(int, int, const char *, ...);
#endif
