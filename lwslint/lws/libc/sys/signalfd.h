#ifndef LWSLINT_LIBC_SYS_SIGNALFD_H
#define LWSLINT_LIBC_SYS_SIGNALFD_H
#include <stdint.h>
#include <signal.h>
#define SFD_NONBLOCK 04000
#define SFD_CLOEXEC 02000000
struct signalfd_siginfo { uint32_t ssi_signo; int32_t ssi_errno; int32_t ssi_code; uint32_t ssi_pid; uint32_t ssi_uid; uint8_t lwslint_pad[108]; };
int signalfd(int, const sigset_t *, int);
#endif
