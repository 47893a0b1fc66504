#ifndef LWSLINT_LIBC_SYS_RANDOM_H
#define LWSLINT_LIBC_SYS_RANDOM_H
#include <lwslint-types.h>
#define GRND_NONBLOCK 1
ssize_t getrandom(void *, size_t, unsigned int);
#endif
