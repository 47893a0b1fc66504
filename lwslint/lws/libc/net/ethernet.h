#ifndef LWSLINT_LIBC_NET_ETHERNET_H
#define LWSLINT_LIBC_NET_ETHERNET_H
#include <sys/types.h>
#define ETHER_ADDR_LEN 6
#define ETH_ALEN 6
#endif
