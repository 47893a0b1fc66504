#ifndef LWSLINT_LIBC_SYS_SHM_H
#define LWSLINT_LIBC_SYS_SHM_H
#include <sys/ipc.h>
struct shmid_ds;
void *shmat(int, const void *, int);
int shmctl(int, int, struct shmid_ds *);
int shmdt(const void *);
int shmget(key_t, size_t, int);
#endif
