/* Types of POSIX threads. */
#ifndef LWSLINT_LIBC_PTHREADTYPES_H
#define LWSLINT_LIBC_PTHREADTYPES_H

typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;
typedef volatile int pthread_spinlock_t;
typedef union { char bytes[56]; long align; } pthread_attr_t;
typedef union { char bytes[40]; long align; } pthread_mutex_t;
typedef union { char bytes[4]; int align; } pthread_mutexattr_t;
typedef union { char bytes[48]; long long align; } pthread_cond_t;
typedef union { char bytes[4]; int align; } pthread_condattr_t;
typedef union { char bytes[56]; long align; } pthread_rwlock_t;
typedef union { char bytes[8]; long align; } pthread_rwlockattr_t;
typedef union { char bytes[32]; long align; } pthread_barrier_t;
typedef union { char bytes[4]; int align; } pthread_barrierattr_t;

#endif
