#ifndef LWSLINT_LIBC_MATH_H
#define LWSLINT_LIBC_MATH_H
#define M_E 2.7182818284590452354
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_SQRT2 1.41421356237309504880
#define M_LN2 0.69314718055994530942
#ifdef __GNUC__
#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)
#else
#define INFINITY 1e308
#define NAN 0.0
#define isnan(x) ((x) != (x))
#define isinf(x) 0
#define isfinite(x) 1
#endif
double acos(double);
double asin(double);
double atan(double);
double atan2(double, double);
double cbrt(double);
double ceil(double);
double copysign(double, double);
double cos(double);
double cosh(double);
double exp(double);
double exp2(double);
double fabs(double);
double fdim(double, double);
double floor(double);
double fmax(double, double);
double fmin(double, double);
double fmod(double, double);
double frexp(double, int *);
double hypot(double, double);
double ldexp(double, int);
double log(double);
double log10(double);
double log1p(double);
double log2(double);
long lrint(double);
long lround(double);
long long llrint(double);
long long llround(double);
double modf(double, double *);
double nearbyint(double);
double pow(double, double);
double remainder(double, double);
double rint(double);
double round(double);
double sin(double);
double sinh(double);
double sqrt(double);
double tan(double);
double tanh(double);
double trunc(double);
float acosf(float);
float asinf(float);
float atanf(float);
float atan2f(float, float);
float ceilf(float);
float cosf(float);
float expf(float);
float fabsf(float);
float floorf(float);
float fmaxf(float, float);
float fminf(float, float);
float fmodf(float, float);
float logf(float);
float log10f(float);
float log2f(float);
long lroundf(float);
float powf(float, float);
float roundf(float);
float sinf(float);
float sqrtf(float);
float tanf(float);
float truncf(float);
#endif
