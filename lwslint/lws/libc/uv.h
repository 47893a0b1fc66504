/* The part of libuv that programs use beside libwebsockets. Sizes are not those of libuv. */
#ifndef LWSLINT_LIBC_UV_H
#define LWSLINT_LIBC_UV_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netdb.h>
#include <signal.h>
#include <pthread.h>
#include <semaphore.h>
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_timer_s uv_timer_t;
typedef struct uv_signal_s uv_signal_t;
typedef struct uv_async_s uv_async_t;
typedef struct uv_idle_s uv_idle_t;
typedef struct uv_prepare_s uv_prepare_t;
typedef struct uv_check_s uv_check_t;
typedef struct uv_poll_s uv_poll_t;
typedef struct uv_stream_s uv_stream_t;
typedef struct uv_tcp_s uv_tcp_t;
typedef struct uv_work_s uv_work_t;
typedef struct uv_connect_s uv_connect_t;
typedef struct uv_write_s uv_write_t;
typedef struct uv_shutdown_s uv_shutdown_t;
typedef struct uv_buf_t { char *base; size_t len; } uv_buf_t;
typedef pthread_t uv_thread_t;
typedef pthread_mutex_t uv_mutex_t;
typedef pthread_cond_t uv_cond_t;
typedef sem_t uv_sem_t;
typedef int uv_os_sock_t;
typedef int uv_file;
typedef enum { UV_RUN_DEFAULT, UV_RUN_ONCE, UV_RUN_NOWAIT } uv_run_mode;
typedef enum { UV_UNKNOWN_HANDLE, UV_ASYNC, UV_CHECK, UV_IDLE = 6, UV_POLL = 8, UV_PREPARE, UV_TCP = 12, UV_TIMER, UV_SIGNAL = 16 } uv_handle_type;
#define UV_READABLE 1
#define UV_WRITABLE 2
#define UV_EOF (-4095)
#define UV_ECANCELED (-125)
#define UV_VERSION_MAJOR 1
#define UV_VERSION_MINOR 0
#define UV_VERSION_PATCH 0
struct uv_loop_s { void *data; unsigned int active_handles; long lwslint_pad[100]; };
#define LWSLINT_UV_HANDLE void *data; uv_loop_t *loop; uv_handle_type type; long lwslint_pad[16];
struct uv_handle_s { LWSLINT_UV_HANDLE };
struct uv_timer_s { LWSLINT_UV_HANDLE };
struct uv_signal_s { LWSLINT_UV_HANDLE int signum; };
struct uv_async_s { LWSLINT_UV_HANDLE };
struct uv_idle_s { LWSLINT_UV_HANDLE };
struct uv_prepare_s { LWSLINT_UV_HANDLE };
struct uv_check_s { LWSLINT_UV_HANDLE };
struct uv_poll_s { LWSLINT_UV_HANDLE };
struct uv_stream_s { LWSLINT_UV_HANDLE };
struct uv_tcp_s { LWSLINT_UV_HANDLE };
struct uv_work_s { LWSLINT_UV_HANDLE };
struct uv_connect_s { LWSLINT_UV_HANDLE uv_stream_t *handle; };
struct uv_write_s { LWSLINT_UV_HANDLE uv_stream_t *handle; };
struct uv_shutdown_s { LWSLINT_UV_HANDLE uv_stream_t *handle; };
typedef void (*uv_close_cb)(uv_handle_t *);
typedef void (*uv_timer_cb)(uv_timer_t *);
typedef void (*uv_signal_cb)(uv_signal_t *, int);
typedef void (*uv_async_cb)(uv_async_t *);
typedef void (*uv_idle_cb)(uv_idle_t *);
typedef void (*uv_prepare_cb)(uv_prepare_t *);
typedef void (*uv_check_cb)(uv_check_t *);
typedef void (*uv_poll_cb)(uv_poll_t *, int, int);
typedef void (*uv_walk_cb)(uv_handle_t *, void *);
typedef void (*uv_work_cb)(uv_work_t *);
typedef void (*uv_after_work_cb)(uv_work_t *, int);
typedef void (*uv_thread_cb)(void *);
int uv_loop_init(uv_loop_t *);
int uv_loop_close(uv_loop_t *);
uv_loop_t *uv_loop_new(void);
uv_loop_t *uv_default_loop(void);
int uv_loop_alive(const uv_loop_t *);
int uv_run(uv_loop_t *, uv_run_mode);
void uv_stop(uv_loop_t *);
uint64_t uv_now(const uv_loop_t *);
void uv_update_time(uv_loop_t *);
uint64_t uv_hrtime(void);
void uv_sleep(unsigned int);
void uv_close(uv_handle_t *, uv_close_cb);
void uv_walk(uv_loop_t *, uv_walk_cb, void *);
void uv_ref(uv_handle_t *);
void uv_unref(uv_handle_t *);
int uv_is_active(const uv_handle_t *);
int uv_is_closing(const uv_handle_t *);
int uv_timer_init(uv_loop_t *, uv_timer_t *);
int uv_timer_start(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t);
int uv_timer_stop(uv_timer_t *);
int uv_timer_again(uv_timer_t *);
int uv_signal_init(uv_loop_t *, uv_signal_t *);
int uv_signal_start(uv_signal_t *, uv_signal_cb, int);
int uv_signal_start_oneshot(uv_signal_t *, uv_signal_cb, int);
int uv_signal_stop(uv_signal_t *);
int uv_async_init(uv_loop_t *, uv_async_t *, uv_async_cb);
int uv_async_send(uv_async_t *);
int uv_idle_init(uv_loop_t *, uv_idle_t *);
int uv_idle_start(uv_idle_t *, uv_idle_cb);
int uv_idle_stop(uv_idle_t *);
int uv_prepare_init(uv_loop_t *, uv_prepare_t *);
int uv_prepare_start(uv_prepare_t *, uv_prepare_cb);
int uv_prepare_stop(uv_prepare_t *);
int uv_check_init(uv_loop_t *, uv_check_t *);
int uv_check_start(uv_check_t *, uv_check_cb);
int uv_check_stop(uv_check_t *);
int uv_poll_init(uv_loop_t *, uv_poll_t *, int);
int uv_poll_start(uv_poll_t *, int, uv_poll_cb);
int uv_poll_stop(uv_poll_t *);
int uv_queue_work(uv_loop_t *, uv_work_t *, uv_work_cb, uv_after_work_cb);
int uv_thread_create(uv_thread_t *, uv_thread_cb, void *);
int uv_thread_join(uv_thread_t *);
uv_thread_t uv_thread_self(void);
int uv_mutex_init(uv_mutex_t *);
void uv_mutex_destroy(uv_mutex_t *);
void uv_mutex_lock(uv_mutex_t *);
int uv_mutex_trylock(uv_mutex_t *);
void uv_mutex_unlock(uv_mutex_t *);
int uv_cond_init(uv_cond_t *);
void uv_cond_destroy(uv_cond_t *);
void uv_cond_signal(uv_cond_t *);
void uv_cond_broadcast(uv_cond_t *);
void uv_cond_wait(uv_cond_t *, uv_mutex_t *);
const char *uv_strerror(int);
const char *uv_err_name(int);
unsigned int uv_version(void);
#endif
