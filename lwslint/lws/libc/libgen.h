#ifndef LWSLINT_LIBC_LIBGEN_H
#define LWSLINT_LIBC_LIBGEN_H
char *basename(char *);
char *dirname(char *);
#endif
