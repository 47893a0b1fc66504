#ifndef LWSLINT_LIBC_FNMATCH_H
#define LWSLINT_LIBC_FNMATCH_H
#define FNM_NOMATCH 1
int fnmatch(const char *, const char *, int);
#endif
