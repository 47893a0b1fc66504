#ifndef LWSLINT_LIBC_REGEX_H
#define LWSLINT_LIBC_REGEX_H
#include <lwslint-types.h>
typedef struct { size_t re_nsub; long lwslint_pad[7]; } regex_t;
typedef struct { int rm_so; int rm_eo; } regmatch_t;
#define REG_EXTENDED 1
#define REG_ICASE 2
#define REG_NEWLINE 4
#define REG_NOSUB 8
#define REG_NOMATCH 1
int regcomp(regex_t *, const char *, int);
size_t regerror(int, const regex_t *, char *, size_t);
int regexec(const regex_t *, const char *, size_t, regmatch_t *, int);
void regfree(regex_t *);
#endif
