#ifndef LWSLINT_LIBC_SYS_SENDFILE_H
#define LWSLINT_LIBC_SYS_SENDFILE_H
#include <lwslint-types.h>
ssize_t sendfile(int, int, off_t *, size_t);
#endif
