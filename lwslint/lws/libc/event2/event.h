/* The part of libevent that programs use beside libwebsockets. */
#ifndef LWSLINT_LIBC_EVENT2_EVENT_H
#define LWSLINT_LIBC_EVENT2_EVENT_H
#include <sys/time.h>
#define evutil_socket_t int
struct event;
struct event_base;
struct event_config;
#define EV_TIMEOUT 0x01
#define EV_READ 0x02
#define EV_WRITE 0x04
#define EV_SIGNAL 0x08
#define EV_PERSIST 0x10
#define EVLOOP_ONCE 1
#define EVLOOP_NONBLOCK 2
typedef void (*event_callback_fn)(evutil_socket_t, short, void *);
struct event_base *event_base_new(void);
void event_enable_debug_mode(void);
void event_base_free(struct event_base *);
int event_base_dispatch(struct event_base *);
int event_base_loop(struct event_base *, int);
int event_base_loopbreak(struct event_base *);
int event_base_loopexit(struct event_base *, const struct timeval *);
int event_base_once(struct event_base *, evutil_socket_t, short, event_callback_fn, void *, const struct timeval *);
struct event *event_new(struct event_base *, evutil_socket_t, short, event_callback_fn, void *);
int event_assign(struct event *, struct event_base *, evutil_socket_t, short, event_callback_fn, void *);
int event_add(struct event *, const struct timeval *);
int event_del(struct event *);
void event_free(struct event *);
void event_active(struct event *, int, short);
#define evtimer_new(base, callback, data) event_new((base), -1, 0, (callback), (data))
#define evtimer_add(event, time) event_add((event), (time))
#define evtimer_del(event) event_del(event)
#define evsignal_new(base, number, callback, data) event_new((base), (number), EV_SIGNAL | EV_PERSIST, (callback), (data))
#define evsignal_add(event, time) event_add((event), (time))
#define evsignal_del(event) event_del(event)
#endif
