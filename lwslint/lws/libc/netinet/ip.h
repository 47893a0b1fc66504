#ifndef LWSLINT_LIBC_NETINET_IP_H
#define LWSLINT_LIBC_NETINET_IP_H
#include <netinet/in.h>
#define IPTOS_LOWDELAY 0x10
#define IPTOS_THROUGHPUT 0x08
#endif
