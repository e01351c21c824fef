/* Values that only a C compiler passes: unions, bit-fields, packed records, vectors, wide numbers, variable arguments. */
#ifndef BYVALUE_H
#define BYVALUE_H
#include <complex.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef union bv_value { int32_t whole; float real; uint8_t bytes[8]; } bv_value;
typedef struct bv_flags { unsigned ready : 1; unsigned count : 7; signed level : 4; } bv_flags;
typedef struct __attribute__((packed)) bv_frame { uint8_t kind; uint32_t length; uint16_t sum; } bv_frame;
typedef struct bv_token { uint8_t kind; union { int64_t number; double real; }; } bv_token;
typedef float bv_lanes __attribute__((vector_size(16)));

/* The signed level of the flags. */
int bv_level(bv_flags flags);
/* The flags with a count that is one higher, and stays at 127. */
bv_flags bv_bumped(bv_flags flags);
/* The bytes of a frame, its header of 7 included. */
uint64_t bv_bytes(bv_frame frame);
/* The same token with another number; its kind is kept. */
bv_token bv_renumbered(bv_token token, int64_t number);
/* The first byte of the text that belongs to a token of kind 1, else 0. */
int bv_first(bv_token token, const char *text, size_t length);
/* Half of x, exactly. */
long double bv_half(long double x);
__int128 bv_product(int64_t a, int64_t b);
double _Complex bv_conjugate(double _Complex z);
bv_lanes bv_added(bv_lanes a, bv_lanes b);
/* -1 with errno set to 34 (ERANGE) when the value is negative, else 0. */
int bv_checked(bv_value value);
/* The sum of `count` ints. */
long bv_sum(int count, ...);
long bv_vsum(int count, va_list numbers);
int bv_limit(void);
static inline int bv_clamped(int x)
{
    int limit = bv_limit();
    return x > limit ? limit : x;
}
#define BV_DOUBLED_LIMIT(x) (2 * bv_limit() + ((x) & 1))
#endif
