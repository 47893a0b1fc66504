#ifndef LWSLINT_LIBC_NET_IF_H
#define LWSLINT_LIBC_NET_IF_H
#include <sys/socket.h>
#define IF_NAMESIZE 16
#define IFNAMSIZ 16
#define IFHWADDRLEN 6
#define IFF_UP 0x1
#define IFF_BROADCAST 0x2
#define IFF_LOOPBACK 0x8
#define IFF_RUNNING 0x40
#define IFF_MULTICAST 0x1000
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr lwslint_addr;
		short lwslint_flags;
		int lwslint_value;
		char *lwslint_data;
		char lwslint_pad[24];
	} lwslint_ifr;
};
#define ifr_addr lwslint_ifr.lwslint_addr
#define ifr_hwaddr lwslint_ifr.lwslint_addr
#define ifr_netmask lwslint_ifr.lwslint_addr
#define ifr_broadaddr lwslint_ifr.lwslint_addr
#define ifr_flags lwslint_ifr.lwslint_flags
#define ifr_ifindex lwslint_ifr.lwslint_value
#define ifr_mtu lwslint_ifr.lwslint_value
#define ifr_data lwslint_ifr.lwslint_data
struct if_nameindex { unsigned int if_index; char *if_name; };
unsigned int if_nametoindex(const char *);
char *if_indextoname(unsigned int, char *);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *);
#endif
