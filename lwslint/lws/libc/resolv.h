#ifndef LWSLINT_LIBC_RESOLV_H
#define LWSLINT_LIBC_RESOLV_H
#include <netinet/in.h>
int res_init(void);
#endif
