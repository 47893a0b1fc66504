#ifndef LWSLINT_LIBC_MALLOC_H
#define LWSLINT_LIBC_MALLOC_H
#include <stdlib.h>
#include <stdio.h>
struct mallinfo { int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct mallinfo2 { size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct mallinfo mallinfo(void);
struct mallinfo2 mallinfo2(void);
size_t malloc_usable_size(void *);
int malloc_trim(size_t);
int mallopt(int, int);
void *memalign(size_t, size_t);
#endif
