#ifndef LWSLINT_LIBC_SCHED_H
#define LWSLINT_LIBC_SCHED_H
#include <lwslint-types.h>
#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
struct sched_param {
	int sched_priority;
};
typedef struct { unsigned long bits[16]; } cpu_set_t;
#define CPU_SETSIZE 1024
#define CPU_ZERO(set) ((void)((set)->bits[0] = 0))
#define CPU_SET(cpu, set) ((void)((set)->bits[(cpu) / 64] |= 1UL << ((cpu) % 64)))
#define CPU_ISSET(cpu, set) (((set)->bits[(cpu) / 64] >> ((cpu) % 64)) & 1)
int sched_get_priority_max(int);
int sched_get_priority_min(int);
int sched_getaffinity(pid_t, size_t, cpu_set_t *);
int sched_setaffinity(pid_t, size_t, const cpu_set_t *);
int sched_setscheduler(pid_t, int, const struct sched_param *);
int sched_yield(void);
#endif
