/* Types that several of these headers share. */
#ifndef LWSLINT_LIBC_TYPES_H
#define LWSLINT_LIBC_TYPES_H

#ifdef __SIZE_TYPE__
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#else
typedef unsigned long size_t;
typedef long ptrdiff_t;
#endif

#if defined(__GNUC__)
typedef __builtin_va_list __gnuc_va_list;
#define LWSLINT_NORETURN __attribute__((__noreturn__))
#define LWSLINT_FORMAT(m, n) __attribute__((__format__(__printf__, m, n)))
#else
typedef char *__gnuc_va_list;
#define LWSLINT_NORETURN _Noreturn
#define LWSLINT_FORMAT(m, n)
#endif

#ifndef NULL
#ifdef __cplusplus
#define NULL 0
#else
#define NULL ((void *)0)
#endif
#endif

typedef long ssize_t;
typedef long off_t;
typedef long off64_t;
typedef long time_t;
typedef long clock_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
typedef int pid_t;
typedef int clockid_t;
typedef void *timer_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int id_t;
typedef unsigned int mode_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef unsigned long nlink_t;
typedef long blksize_t;
typedef long blkcnt_t;
typedef unsigned int socklen_t;

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

typedef struct {
	unsigned long words[16];
} sigset_t;

union sigval {
	int sival_int;
	void *sival_ptr;
};
typedef union sigval sigval_t;

#endif
