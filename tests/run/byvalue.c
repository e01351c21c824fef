/* One source, three libraries: sound (0), as near to the defects as sound code can come (1), and wrong (2). */
#include "byvalue.h"
#include <errno.h>
#include <string.h>

#if VARIANT == 2
#define PICK(sound, near, wrong) wrong
#elif VARIANT == 1
#define PICK(sound, near, wrong) near
#else
#define PICK(sound, near, wrong) sound
#endif

int bv_level(bv_flags f) { return PICK(f.level, ((f.level & 15) ^ 8) - 8, f.level & 15); }
bv_flags bv_bumped(bv_flags f)
{
    PICK(if (f.count < 127) f.count++, f.count += f.count != 127, f.count++);
    return f;
}
uint64_t bv_bytes(bv_frame f) { return PICK((uint64_t)f.length + 7, 7 + (uint64_t)f.length, f.length + 7u); }
bv_token bv_renumbered(bv_token t, int64_t n)
{
    PICK(t.number = n, memcpy(&t.number, &n, sizeof n), (memset(&t, 0, sizeof t), t.number = n));
    return t;
}
int bv_first(bv_token t, const char *text, size_t n)
{
    return t.kind == 1 ? PICK(n ? text[0] : 0, n > 0 ? *text : 0, text[0]) : 0;
}
long double bv_half(long double x) { return PICK(x / 2, x * 0.5L, (double)x / 2); }
__int128 bv_product(int64_t a, int64_t b)
{
    return PICK((__int128)a * b, (__int128)b * a, (__int128)(int64_t)((uint64_t)a * (uint64_t)b));
}
double _Complex bv_conjugate(double _Complex z) { return PICK(conj(z), ~z, z); }
bv_lanes bv_added(bv_lanes a, bv_lanes b)
{
    bv_lanes sum = PICK(a + b, b + a, a + b);
    PICK((void)0, (void)0, sum[3] = a[3]);
    return sum;
}
int bv_checked(bv_value v)
{
    if (v.whole >= 0)
        return 0;
    PICK(errno = ERANGE, errno = ERANGE, (void)0);
    return -1;
}
long bv_vsum(int count, va_list numbers)
{
    long sum = 0;
    for (int i = 0; i < count; i++)
        sum += PICK(va_arg(numbers, int), va_arg(numbers, int), (short)va_arg(numbers, int));
    return sum;
}
long bv_sum(int count, ...)
{
    va_list numbers;
    va_start(numbers, count);
    long sum = bv_vsum(count, numbers);
    va_end(numbers);
    return sum;
}
int bv_limit(void) { return PICK(100, 99 + 1, 101); }
