/* The part of GLib that programs use beside libwebsockets. */
#ifndef LWSLINT_LIBC_GLIB_H
#define LWSLINT_LIBC_GLIB_H
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <limits.h>
#include <time.h>
typedef int gint;
typedef unsigned int guint;
typedef gint gboolean;
typedef char gchar;
typedef unsigned char guchar;
typedef short gshort;
typedef long glong;
typedef unsigned long gulong;
typedef float gfloat;
typedef double gdouble;
typedef int8_t gint8;
typedef uint8_t guint8;
typedef int16_t gint16;
typedef uint16_t guint16;
typedef int32_t gint32;
typedef uint32_t guint32;
typedef int64_t gint64;
typedef uint64_t guint64;
typedef size_t gsize;
typedef ssize_t gssize;
typedef void *gpointer;
typedef const void *gconstpointer;
typedef guint32 GQuark;
#define TRUE 1
#define FALSE 0
#define G_SOURCE_CONTINUE TRUE
#define G_SOURCE_REMOVE FALSE
#define G_PRIORITY_DEFAULT 0
#define G_LOG_DOMAIN ((gchar *)0)
#define GINT_TO_POINTER(i) ((gpointer)(glong)(i))
#define GPOINTER_TO_INT(p) ((gint)(glong)(p))
typedef struct _GMainLoop GMainLoop;
typedef struct _GMainContext GMainContext;
typedef struct _GSource GSource;
typedef struct _GThread GThread;
typedef struct _GAsyncQueue GAsyncQueue;
typedef struct _GHashTable GHashTable;
typedef struct _GList { gpointer data; struct _GList *next; struct _GList *prev; } GList;
typedef struct _GSList { gpointer data; struct _GSList *next; } GSList;
typedef struct _GError { GQuark domain; gint code; gchar *message; } GError;
typedef struct _GString { gchar *str; gsize len; gsize allocated_len; } GString;
typedef struct _GMutex { void *p; guint i[2]; } GMutex;
typedef struct _GCond { void *p; guint i[2]; } GCond;
typedef enum { G_IO_IN = 1, G_IO_OUT = 4, G_IO_PRI = 2, G_IO_ERR = 8, G_IO_HUP = 16, G_IO_NVAL = 32 } GIOCondition;
typedef gboolean (*GSourceFunc)(gpointer);
typedef void (*GSourceOnceFunc)(gpointer);
typedef void (*GDestroyNotify)(gpointer);
typedef gpointer (*GThreadFunc)(gpointer);
typedef void (*GFunc)(gpointer, gpointer);
typedef guint (*GHashFunc)(gconstpointer);
typedef gboolean (*GEqualFunc)(gconstpointer, gconstpointer);
#define g_new(type, count) ((type *)g_malloc_n((gsize)(count), sizeof(type)))
#define g_new0(type, count) ((type *)g_malloc0_n((gsize)(count), sizeof(type)))
#define g_renew(type, memory, count) ((type *)g_realloc_n((memory), (gsize)(count), sizeof(type)))
#define g_slice_new(type) ((type *)g_malloc(sizeof(type)))
#define g_slice_new0(type) ((type *)g_malloc0(sizeof(type)))
#define g_return_if_fail(condition) do { if (!(condition)) return; } while (0)
#define g_return_val_if_fail(condition, value) do { if (!(condition)) return (value); } while (0)
#define g_assert(condition) do { if (!(condition)) abort(); } while (0)
void g_print(const gchar *, ...);
void g_printerr(const gchar *, ...);
void g_message(const gchar *, ...);
void g_warning(const gchar *, ...);
void g_debug(const gchar *, ...);
void g_critical(const gchar *, ...);
void g_error(const gchar *, ...) __attribute__((__noreturn__));
gpointer g_malloc(gsize);
gpointer g_malloc0(gsize);
gpointer g_malloc_n(gsize, gsize);
gpointer g_malloc0_n(gsize, gsize);
gpointer g_realloc(gpointer, gsize);
gpointer g_realloc_n(gpointer, gsize, gsize);
gpointer g_try_malloc(gsize);
gpointer g_try_malloc0(gsize);
void g_free(gpointer);
gchar *g_strdup(const gchar *);
gchar *g_strndup(const gchar *, gsize);
gchar *g_strdup_printf(const gchar *, ...);
gint g_snprintf(gchar *, gulong, const gchar *, ...);
int g_strcmp0(const char *, const char *);
gboolean g_str_has_prefix(const gchar *, const gchar *);
gboolean g_str_has_suffix(const gchar *, const gchar *);
gsize g_strlcpy(gchar *, const gchar *, gsize);
#define G_USEC_PER_SEC 1000000
void g_usleep(gulong);
gint64 g_get_monotonic_time(void);
gint64 g_get_real_time(void);
const gchar *g_getenv(const gchar *);
GMainLoop *g_main_loop_new(GMainContext *, gboolean);
void g_main_loop_run(GMainLoop *);
void g_main_loop_quit(GMainLoop *);
void g_main_loop_unref(GMainLoop *);
GMainContext *g_main_loop_get_context(GMainLoop *);
GMainContext *g_main_context_new(void);
GMainContext *g_main_context_default(void);
gboolean g_main_context_iteration(GMainContext *, gboolean);
gboolean g_main_context_pending(GMainContext *);
void g_main_context_invoke(GMainContext *, GSourceFunc, gpointer);
guint g_timeout_add(guint, GSourceFunc, gpointer);
guint g_timeout_add_full(gint, guint, GSourceFunc, gpointer, GDestroyNotify);
guint g_timeout_add_seconds(guint, GSourceFunc, gpointer);
guint g_timeout_add_once(guint, GSourceOnceFunc, gpointer);
guint g_idle_add(GSourceFunc, gpointer);
guint g_idle_add_full(gint, GSourceFunc, gpointer, GDestroyNotify);
guint g_unix_signal_add(gint, GSourceFunc, gpointer);
gboolean g_source_remove(guint);
GSource *g_timeout_source_new(guint);
GSource *g_idle_source_new(void);
GSource *g_unix_signal_source_new(gint);
#define G_SOURCE_FUNC(function) ((GSourceFunc)(function))
void g_source_set_callback(GSource *, GSourceFunc, gpointer, GDestroyNotify);
guint g_source_attach(GSource *, GMainContext *);
void g_source_unref(GSource *);
void g_source_destroy(GSource *);
GThread *g_thread_new(const gchar *, GThreadFunc, gpointer);
GThread *g_thread_try_new(const gchar *, GThreadFunc, gpointer, GError **);
gpointer g_thread_join(GThread *);
GThread *g_thread_self(void);
void g_thread_exit(gpointer);
void g_mutex_init(GMutex *);
void g_mutex_clear(GMutex *);
void g_mutex_lock(GMutex *);
gboolean g_mutex_trylock(GMutex *);
void g_mutex_unlock(GMutex *);
void g_cond_init(GCond *);
void g_cond_clear(GCond *);
void g_cond_wait(GCond *, GMutex *);
void g_cond_signal(GCond *);
void g_cond_broadcast(GCond *);
GAsyncQueue *g_async_queue_new(void);
void g_async_queue_push(GAsyncQueue *, gpointer);
gpointer g_async_queue_pop(GAsyncQueue *);
gpointer g_async_queue_try_pop(GAsyncQueue *);
GList *g_list_append(GList *, gpointer);
GList *g_list_prepend(GList *, gpointer);
GList *g_list_remove(GList *, gconstpointer);
void g_list_free(GList *);
void g_list_foreach(GList *, GFunc, gpointer);
guint g_list_length(GList *);
GSList *g_slist_append(GSList *, gpointer);
GSList *g_slist_prepend(GSList *, gpointer);
void g_slist_free(GSList *);
GHashTable *g_hash_table_new(GHashFunc, GEqualFunc);
gboolean g_hash_table_insert(GHashTable *, gpointer, gpointer);
gpointer g_hash_table_lookup(GHashTable *, gconstpointer);
gboolean g_str_equal(gconstpointer, gconstpointer);
guint g_str_hash(gconstpointer);
GString *g_string_new(const gchar *);
GString *g_string_append(GString *, const gchar *);
void g_string_append_printf(GString *, const gchar *, ...);
gchar *g_string_free(GString *, gboolean);
void g_error_free(GError *);
void g_clear_error(GError **);
#endif
