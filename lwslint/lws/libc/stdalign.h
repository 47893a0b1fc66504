#ifndef LWSLINT_LIBC_STDALIGN_H
#define LWSLINT_LIBC_STDALIGN_H
#define alignas _Alignas
#define alignof _Alignof
#endif
