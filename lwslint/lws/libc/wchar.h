#ifndef LWSLINT_LIBC_WCHAR_H
#define LWSLINT_LIBC_WCHAR_H
#include <stddef.h>
#include <stdio.h>
typedef unsigned int wint_t;
typedef struct { int count; int value; } mbstate_t;
size_t wcslen(const wchar_t *);
wchar_t *wcscpy(wchar_t *, const wchar_t *);
int wcscmp(const wchar_t *, const wchar_t *);
wchar_t *wmemset(wchar_t *, wchar_t, size_t);
size_t mbrtowc(wchar_t *, const char *, size_t, mbstate_t *);
size_t wcrtomb(char *, wchar_t, mbstate_t *);
int swprintf(wchar_t *, size_t, const wchar_t *, ...);
int wprintf(const wchar_t *, ...);
#endif
