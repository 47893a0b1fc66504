#ifndef LWSLINT_LIBC_GRP_H
#define LWSLINT_LIBC_GRP_H
#include <lwslint-types.h>
struct group {
	char *gr_name;
	char *gr_passwd;
	gid_t gr_gid;
	char **gr_mem;
};
struct group *getgrgid(gid_t);
struct group *getgrnam(const char *);
int initgroups(const char *, gid_t);
int setgroups(size_t, const gid_t *);
#endif
