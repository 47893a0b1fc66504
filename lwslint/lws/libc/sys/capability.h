#ifndef LWSLINT_LIBC_SYS_CAPABILITY_H
#define LWSLINT_LIBC_SYS_CAPABILITY_H
#define CAP_SETGID 6
#define CAP_SETUID 7
#define CAP_NET_BIND_SERVICE 10
#define CAP_NET_ADMIN 12
#define CAP_NET_RAW 13
#define CAP_SYS_NICE 23
typedef int cap_value_t;
typedef struct lwslint_cap *cap_t;
#endif
