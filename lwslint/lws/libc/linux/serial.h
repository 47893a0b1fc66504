#ifndef LWSLINT_LIBC_LINUX_SERIAL_H
#define LWSLINT_LIBC_LINUX_SERIAL_H
struct serial_struct { int type, line; unsigned int port; int irq, flags, xmit_fifo_size, custom_divisor, baud_base; unsigned short close_delay, closing_wait, closing_wait2; long lwslint_pad[5]; };
#define ASYNC_LOW_LATENCY 0x2000
#define ASYNC_SPD_MASK 0x1030
#define ASYNC_SPD_CUST 0x0030
#define ASYNC_CLOSING_WAIT_NONE 65535
#endif
