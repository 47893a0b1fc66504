#ifndef LWSLINT_LIBC_SEMAPHORE_H
#define LWSLINT_LIBC_SEMAPHORE_H
#include <lwslint-types.h>
typedef union { char bytes[32]; long align; } sem_t;
#define SEM_FAILED ((sem_t *)0)
int sem_close(sem_t *);
int sem_destroy(sem_t *);
int sem_getvalue(sem_t *, int *);
int sem_init(sem_t *, int, unsigned int);
sem_t *sem_open(const char *, int, ...);
int sem_post(sem_t *);
int sem_timedwait(sem_t *, const struct timespec *);
int sem_trywait(sem_t *);
int sem_unlink(const char *);
int sem_wait(sem_t *);
#endif
