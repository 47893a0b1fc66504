#ifndef LWSLINT_LIBC_ISO646_H
#define LWSLINT_LIBC_ISO646_H
#define and &&
#define or ||
#define not !
#endif
