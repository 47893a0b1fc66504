#ifndef LWSLINT_LIBC_MQUEUE_H
#define LWSLINT_LIBC_MQUEUE_H
#include <lwslint-types.h>
#include <fcntl.h>
struct sigevent;
typedef int mqd_t;
struct mq_attr { long mq_flags, mq_maxmsg, mq_msgsize, mq_curmsgs, lwslint_pad[4]; };
int mq_close(mqd_t);
int mq_getattr(mqd_t, struct mq_attr *);
int mq_notify(mqd_t, const struct sigevent *);
mqd_t mq_open(const char *, int, ...);
ssize_t mq_receive(mqd_t, char *, size_t, unsigned int *);
int mq_send(mqd_t, const char *, size_t, unsigned int);
int mq_unlink(const char *);
#endif
