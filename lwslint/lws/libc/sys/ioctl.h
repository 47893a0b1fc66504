#ifndef LWSLINT_LIBC_SYS_IOCTL_H
#define LWSLINT_LIBC_SYS_IOCTL_H
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define TIOCSCTTY 0x540E
#define TIOCNOTTY 0x5422
#define TIOCGSERIAL 0x541E
#define TIOCSSERIAL 0x541F
#define TIOCMGET 0x5415
#define TIOCMSET 0x5418
#define TIOCEXCL 0x540C
#define TCSBRK 0x5409
#define FIONREAD 0x541B
#define FIONBIO 0x5421
#define SIOCGIFADDR 0x8915
#define SIOCGIFHWADDR 0x8927
#define SIOCGIFINDEX 0x8933
#define SIOCGIFFLAGS 0x8913
int ioctl(int, unsigned long, ...);
#endif
