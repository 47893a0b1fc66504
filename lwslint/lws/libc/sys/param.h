#ifndef LWSLINT_LIBC_SYS_PARAM_H
#define LWSLINT_LIBC_SYS_PARAM_H
#include <limits.h>
#include <signal.h>
#include <endian.h>
#define MAXPATHLEN PATH_MAX
#define MAXHOSTNAMELEN 64
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#endif
