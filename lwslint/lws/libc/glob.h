#ifndef LWSLINT_LIBC_GLOB_H
#define LWSLINT_LIBC_GLOB_H
#include <lwslint-types.h>
typedef struct { size_t gl_pathc; char **gl_pathv; size_t gl_offs; long lwslint_pad[6]; } glob_t;
int glob(const char *, int, int (*)(const char *, int), glob_t *);
void globfree(glob_t *);
#endif
