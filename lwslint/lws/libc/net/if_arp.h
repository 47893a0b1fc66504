#ifndef LWSLINT_LIBC_NET_IF_ARP_H
#define LWSLINT_LIBC_NET_IF_ARP_H
#include <net/if.h>
#endif
