#ifndef LWSLINT_LIBC_SYS_SYSCALL_H
#define LWSLINT_LIBC_SYS_SYSCALL_H
#define SYS_gettid 186
#define __NR_gettid 186
#endif
