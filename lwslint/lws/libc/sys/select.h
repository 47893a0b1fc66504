#ifndef LWSLINT_LIBC_SYS_SELECT_H
#define LWSLINT_LIBC_SYS_SELECT_H
#include <lwslint-types.h>
#define FD_SETSIZE 1024
typedef struct {
	long fds_bits[16];
} fd_set;
void *memset(void *, int, size_t);
#define FD_ZERO(set) ((void)memset((set), 0, sizeof(fd_set)))
#define FD_SET(fd, set) ((void)((set)->fds_bits[(fd) / 64] |= 1L << ((fd) % 64)))
#define FD_CLR(fd, set) ((void)((set)->fds_bits[(fd) / 64] &= ~(1L << ((fd) % 64))))
#define FD_ISSET(fd, set) (((set)->fds_bits[(fd) / 64] & (1L << ((fd) % 64))) != 0)
int select(int, fd_set *, fd_set *, fd_set *, struct timeval *);
int pselect(int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *);
#endif
