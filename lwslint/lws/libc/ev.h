/* The part of libev that programs use beside libwebsockets. */
#ifndef LWSLINT_LIBC_EV_H
#define LWSLINT_LIBC_EV_H
struct ev_loop;
typedef double ev_tstamp;
#define EV_P struct ev_loop *loop
#define EV_P_ EV_P,
#define EV_A loop
#define EV_A_ EV_A,
#define EV_DEFAULT ev_default_loop(0)
#define EV_DEFAULT_ EV_DEFAULT,
#define EV_READ 1
#define EV_WRITE 2
#define EV_TIMER 0x100
#define EV_SIGNAL 0x400
#define EVFLAG_AUTO 0
#define EVRUN_NOWAIT 1
#define EVRUN_ONCE 2
#define EVBREAK_ONE 1
#define EVBREAK_ALL 2
#define EVUNLOOP_ALL EVBREAK_ALL
#define LWSLINT_EV_WATCHER(kind) int active; int pending; int priority; void *data; void (*cb)(struct ev_loop *, struct kind *, int);
typedef struct ev_watcher { LWSLINT_EV_WATCHER(ev_watcher) } ev_watcher;
typedef struct ev_io { LWSLINT_EV_WATCHER(ev_io) int fd; int events; } ev_io;
typedef struct ev_timer { LWSLINT_EV_WATCHER(ev_timer) ev_tstamp at; ev_tstamp repeat; } ev_timer;
typedef struct ev_signal { LWSLINT_EV_WATCHER(ev_signal) int signum; } ev_signal;
typedef struct ev_idle { LWSLINT_EV_WATCHER(ev_idle) } ev_idle;
typedef struct ev_async { LWSLINT_EV_WATCHER(ev_async) } ev_async;
typedef struct ev_check { LWSLINT_EV_WATCHER(ev_check) } ev_check;
typedef struct ev_prepare { LWSLINT_EV_WATCHER(ev_prepare) } ev_prepare;
#define ev_init(watcher, callback) ((watcher)->active = 0, (watcher)->pending = 0, (watcher)->priority = 0, (void)((watcher)->cb = (callback)))
#define ev_io_set(watcher, fd_, events_) ((watcher)->fd = (fd_), (void)((watcher)->events = (events_)))
#define ev_timer_set(watcher, after_, repeat_) ((watcher)->at = (after_), (void)((watcher)->repeat = (repeat_)))
#define ev_signal_set(watcher, signum_) ((void)((watcher)->signum = (signum_)))
#define ev_io_init(watcher, callback, fd_, events_) do { ev_init((watcher), (callback)); ev_io_set((watcher), (fd_), (events_)); } while (0)
#define ev_timer_init(watcher, callback, after_, repeat_) do { ev_init((watcher), (callback)); ev_timer_set((watcher), (after_), (repeat_)); } while (0)
#define ev_signal_init(watcher, callback, signum_) do { ev_init((watcher), (callback)); ev_signal_set((watcher), (signum_)); } while (0)
#define ev_idle_init(watcher, callback) ev_init((watcher), (callback))
#define ev_async_init(watcher, callback) ev_init((watcher), (callback))
#define ev_check_init(watcher, callback) ev_init((watcher), (callback))
#define ev_prepare_init(watcher, callback) ev_init((watcher), (callback))
struct ev_loop *ev_default_loop(unsigned int);
struct ev_loop *ev_loop_new(unsigned int);
void ev_loop_destroy(struct ev_loop *);
int ev_run(struct ev_loop *, int);
void ev_break(struct ev_loop *, int);
#define ev_loop(loop, flags) ev_run((loop), (flags))
#define ev_unloop(loop, how) ev_break((loop), (how))
ev_tstamp ev_now(struct ev_loop *);
ev_tstamp ev_time(void);
void ev_once(struct ev_loop *, int, int, ev_tstamp, void (*)(int, void *), void *);
void ev_io_start(struct ev_loop *, ev_io *);
void ev_io_stop(struct ev_loop *, ev_io *);
void ev_timer_start(struct ev_loop *, ev_timer *);
void ev_timer_stop(struct ev_loop *, ev_timer *);
void ev_timer_again(struct ev_loop *, ev_timer *);
void ev_signal_start(struct ev_loop *, ev_signal *);
void ev_signal_stop(struct ev_loop *, ev_signal *);
void ev_idle_start(struct ev_loop *, ev_idle *);
void ev_async_start(struct ev_loop *, ev_async *);
void ev_async_send(struct ev_loop *, ev_async *);
void ev_async_stop(struct ev_loop *, ev_async *);
#endif
