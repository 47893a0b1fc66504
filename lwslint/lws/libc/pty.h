#ifndef LWSLINT_LIBC_PTY_H
#define LWSLINT_LIBC_PTY_H
#include <termios.h>
#include <sys/ioctl.h>
int openpty(int *, int *, char *, const struct termios *, const struct winsize *);
pid_t forkpty(int *, char *, const struct termios *, const struct winsize *);
#endif
