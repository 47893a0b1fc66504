#ifndef LWSLINT_LIBC_ENDIAN_H
#define LWSLINT_LIBC_ENDIAN_H
#define LITTLE_ENDIAN 1234
#define BIG_ENDIAN 4321
#define BYTE_ORDER LITTLE_ENDIAN
#define __LITTLE_ENDIAN 1234
#define __BIG_ENDIAN 4321
#define __BYTE_ORDER __LITTLE_ENDIAN
unsigned short htobe16(unsigned short);
unsigned int htobe32(unsigned int);
unsigned long htobe64(unsigned long);
unsigned short be16toh(unsigned short);
unsigned int be32toh(unsigned int);
unsigned long be64toh(unsigned long);
unsigned short le16toh(unsigned short);
unsigned int le32toh(unsigned int);
unsigned long le64toh(unsigned long);
#endif
