/* Not guarded: NDEBUG counts each time this is included. */
#include <lwslint-types.h>
LWSLINT_NORETURN void __assert_fail(const char *, const char *, unsigned int, const char *);
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __assert_fail(#condition, __FILE__, __LINE__, __func__))
#endif
#ifndef __cplusplus
#undef static_assert
#define static_assert _Static_assert
#endif
