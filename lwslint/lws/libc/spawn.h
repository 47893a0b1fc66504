#ifndef LWSLINT_LIBC_SPAWN_H
#define LWSLINT_LIBC_SPAWN_H
#include <lwslint-types.h>
typedef struct { int lwslint_pad[20]; } posix_spawn_file_actions_t;
typedef struct { int lwslint_pad[84]; } posix_spawnattr_t;
int posix_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, char *const *);
int posix_spawnp(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, char *const *);
#endif
