/* What compiled expressions of a contract compute with: whole numbers as Python has them, as far as 128 bits go.
 *
 * Each operation here means what `contract/expression/operations.py` says. One that has no value there, or none that C
 * can hold, returns nonzero, and the expression has no value: nothing is judged by it. None of them guesses.
 */
#ifndef ABIDANCE_EXPRESSIONS_H
#define ABIDANCE_EXPRESSIONS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef __int128 abidance_int;
typedef unsigned __int128 abidance_unsigned;

#define ABIDANCE_NO_VALUE (-1)
#ifndef ABIDANCE_MAX_STEPS
#define ABIDANCE_MAX_STEPS 1000000 /* operations.MAX_STEPS: elements looked at in one evaluation */
#endif
#define ABIDANCE_UNORDERED 2
#define ABIDANCE_LEAST ((abidance_int)((abidance_unsigned)1 << 127))
#define ABIDANCE_INT(high, low) ((abidance_int)((abidance_unsigned)(high) << 64 | (abidance_unsigned)(low)))
/* Whether a number of 128 bits, signed or not, is beyond what is computed with. */
#define ABIDANCE_BEYOND(c) ((c) < 0 ? (abidance_int)(c) == ABIDANCE_LEAST : (int)((abidance_unsigned)(c) >> 127))

enum { ABIDANCE_WHOLE, ABIDANCE_DOUBLE, ABIDANCE_WIDE };
/* A number whose kind only the values tell. ABIDANCE_WIDE is a long double, finite and not zero: Python has a fraction
 * there, which is compared exactly and computed with exactly, so that here only the first has a value. */
typedef struct {
    int kind;
    abidance_int whole;
    long double real;
} abidance_number;

/* Memory for values that an expression makes: joined bytes, lists. Given up when the next evaluation begins. */
#ifndef ABIDANCE_SCRATCH
#define ABIDANCE_SCRATCH static
#define ABIDANCE_SCRATCH_SIZE (1 << 20)
#endif
ABIDANCE_SCRATCH unsigned char abidance_scratch[ABIDANCE_SCRATCH_SIZE] __attribute__((aligned(16), unused));
ABIDANCE_SCRATCH size_t abidance_scratch_used __attribute__((unused));

static inline void *abidance_scratch_take(size_t size)
{
    size_t start = (abidance_scratch_used + 15) & ~(size_t)15;
    if (start > sizeof abidance_scratch || size > sizeof abidance_scratch - start)
        return NULL;
    abidance_scratch_used = start + size;
    return abidance_scratch + start;
}

/* Room for one more element of an array with `count` of them; it is moved when it grows. */
static inline int abidance_scratch_grow(void **array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return 0;
    size_t wanted = *room ? 2 * *room : 16;
    void *moved = abidance_scratch_take(wanted * size);
    if (!moved)
        return 1;
    if (count)
        memcpy(moved, *array, count * size);
    *array = moved, *room = wanted;
    return 0;
}

static inline int abidance_spend(int64_t *left, abidance_int steps)
{
    if (steps > *left)
        return 1;
    *left -= (int64_t)steps;
    return 0;
}

/* Whole numbers. `-(1 << 127)` is refused everywhere, so that every number has a negative. */

static inline int abidance_add(abidance_int a, abidance_int b, abidance_int *sum)
{
    return __builtin_add_overflow(a, b, sum) || *sum == ABIDANCE_LEAST;
}

static inline int abidance_subtract(abidance_int a, abidance_int b, abidance_int *difference)
{
    return __builtin_sub_overflow(a, b, difference) || *difference == ABIDANCE_LEAST;
}

static inline abidance_unsigned abidance_magnitude(abidance_int a) { return a < 0 ? -(abidance_unsigned)a : (abidance_unsigned)a; }

static inline int abidance_signed(abidance_unsigned magnitude, int negative, abidance_int *number)
{
    if (magnitude >> 127)
        return 1;
    *number = negative ? -(abidance_int)magnitude : (abidance_int)magnitude;
    return 0;
}

/* Written out: clang asks compiler-rt for `__builtin_mul_overflow` of 128 bits, which libgcc does not have. */
static inline int abidance_multiply(abidance_int a, abidance_int b, abidance_int *product)
{
    if (a == (int64_t)a && b == (int64_t)b) {
        *product = a * b;
        return 0;
    }
    abidance_unsigned x = abidance_magnitude(a), y = abidance_magnitude(b);
    uint64_t x1 = (uint64_t)(x >> 64), x0 = (uint64_t)x, y1 = (uint64_t)(y >> 64), y0 = (uint64_t)y;
    if (x1 && y1)
        return 1;
    abidance_unsigned low = (abidance_unsigned)x0 * y0, middle = (abidance_unsigned)x1 * y0 + (abidance_unsigned)x0 * y1;
    if (middle >> 63)
        return 1;
    middle <<= 64;
    if (low + middle < low)
        return 1;
    return abidance_signed(low + middle, (a < 0) != (b < 0), product);
}

/* Python's `//` and `%` round down: the remainder has the divisor's sign. */
static inline int abidance_floor_divide(abidance_int a, abidance_int b, abidance_int *quotient)
{
    if (b == 0)
        return 1;
    abidance_int rest = a == (int64_t)a && b == (int64_t)b && b != -1 ? (int64_t)a % (int64_t)b : b == -1 ? 0 : a % b;
    abidance_int whole = b == -1 ? -a : a == (int64_t)a && b == (int64_t)b ? (int64_t)a / (int64_t)b : a / b;
    *quotient = whole - (rest && (rest < 0) != (b < 0));
    return 0;
}

static inline int abidance_modulo(abidance_int a, abidance_int b, abidance_int *remainder)
{
    if (b == 0)
        return 1;
    abidance_int rest = b == -1 ? 0 : a == (int64_t)a && b == (int64_t)b ? (int64_t)a % (int64_t)b : a % b;
    *remainder = rest && (rest < 0) != (b < 0) ? rest + b : rest;
    return 0;
}

static inline int abidance_shift_left(abidance_int a, abidance_int bits, abidance_int *shifted)
{
    if (bits < 0 || (a && bits > 126))
        return 1;
    abidance_unsigned size = abidance_magnitude(a);
    if (a && size >> (127 - (int)bits))
        return 1;
    return abidance_signed(a ? size << (int)bits : 0, a < 0, shifted);
}

static inline int abidance_shift_right(abidance_int a, abidance_int bits, abidance_int *shifted)
{
    if (bits < 0)
        return 1;
    *shifted = bits > 126 ? (a < 0 ? -1 : 0) : a >> (int)bits; /* an arithmetic shift in gcc and clang */
    return 0;
}

/* A negative exponent makes a floating-point number, which is not computed here. */
static inline int abidance_power(abidance_int base, abidance_int exponent, abidance_int *result)
{
    if (exponent < 0)
        return 1;
    if (base == 0 || base == 1 || base == -1) {
        *result = exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
        return 0;
    }
    if (exponent > 126)
        return 1;
    *result = 1;
    for (int left = (int)exponent; left > 0; left--)
        if (abidance_multiply(*result, base, result))
            return 1;
    return 0;
}

static inline int abidance_invert(abidance_int a, abidance_int *inverted)
{
    *inverted = ~a;
    return *inverted == ABIDANCE_LEAST;
}

static inline abidance_int abidance_absolute(abidance_int a) { return a < 0 ? -a : a; }

/* Floating-point numbers. Each result passes through memory, so that no compiler fuses two operations into one that
 * rounds once (C17 6.5p8; gcc does so by default where the processor can). */

static inline double abidance_rounded(double value)
{
    __asm__("" : "+m"(value));
    return value;
}

/* The quotient of two whole numbers, rounded once, to the nearest and then to even, as Python's `int / int`. */
static inline int abidance_true_divide(abidance_int a, abidance_int b, double *quotient)
{
    if (b == 0)
        return 1;
    abidance_unsigned x = abidance_magnitude(a), y = abidance_magnitude(b);
    if (!(x >> 53) && !(y >> 53)) {
        *quotient = abidance_rounded((double)(int64_t)a / (double)(int64_t)b);
        return 0;
    }
    int exponent = -55;
    for (; x && !(x >> 127); exponent--)
        x <<= 1;
    for (; !(y >> 127); exponent++)
        y <<= 1;
    uint64_t bits = 0; /* 55 or 56 of them, of which a double takes 53 */
    int carry = 0;      /* the 129th bit of what remains */
    for (int at = 0; at < 56; at++) {
        bits <<= 1;
        if (carry || x >= y)
            x -= y, bits |= 1;
        carry = (int)(x >> 127);
        x <<= 1;
    }
    double size = (double)(bits | (x != 0 || carry));
    for (; exponent > 0; exponent--)
        size *= 2;
    for (; exponent < 0; exponent++)
        size /= 2;
    *quotient = (a < 0) != (b < 0) ? -size : size;
    return 0;
}

static inline int abidance_real_divide(double a, double b, double *quotient)
{
    if (b == 0)
        return 1;
    *quotient = abidance_rounded(a / b);
    return 0;
}

/* As CPython's float_rem and float_floor_div, to the last bit. */
static inline int abidance_real_modulo(double a, double b, double *remainder)
{
    if (b == 0)
        return 1;
    double rest = fmod(a, b);
    if (rest == 0)
        rest = copysign(0.0, b);
    else if ((b < 0) != (rest < 0))
        rest = abidance_rounded(rest + b);
    *remainder = rest;
    return 0;
}

static inline int abidance_real_floor_divide(double a, double b, double *quotient)
{
    if (b == 0)
        return 1;
    double rest = fmod(a, b), whole = abidance_rounded(abidance_rounded(a - rest) / b);
    if (rest != 0 && (b < 0) != (rest < 0))
        whole = abidance_rounded(whole - 1.0);
    if (whole == 0) {
        *quotient = copysign(0.0, a / b);
        return 0;
    }
    *quotient = floor(whole);
    if (abidance_rounded(whole - *quotient) > 0.5)
        *quotient += 1.0;
    return 0;
}

/* -1, 0 or 1 as the first is less than, equal to or greater than the second; nothing is rounded. */
static inline int abidance_compare_whole(abidance_int a, abidance_int b) { return (a > b) - (a < b); }

static inline int abidance_compare_real(long double a, long double b)
{
    return a != a || b != b ? ABIDANCE_UNORDERED : (a > b) - (a < b);
}

static inline int abidance_compare_mixed(abidance_int a, long double b)
{
    const long double end = 0x1p127L;
    if (b != b)
        return ABIDANCE_UNORDERED;
    if (b >= end || b < -end)
        return b > 0 ? -1 : 1;
    abidance_int whole = (abidance_int)b; /* toward zero */
    long double rest = b - (long double)whole;
    return a != whole ? abidance_compare_whole(a, whole) : rest > 0 ? -1 : rest < 0;
}

static inline abidance_number abidance_number_of_whole(abidance_int value) { return (abidance_number){ABIDANCE_WHOLE, value, 0}; }
static inline abidance_number abidance_number_of_double(double value) { return (abidance_number){ABIDANCE_DOUBLE, 0, value}; }
static inline abidance_number abidance_number_of_long_double(long double value)
{
    int wide = value != 0 && value - value == 0; /* not infinite, not NaN */
    return (abidance_number){wide ? ABIDANCE_WIDE : ABIDANCE_DOUBLE, 0, value};
}

static inline int abidance_number_compare(abidance_number a, abidance_number b)
{
    if (a.kind == ABIDANCE_WHOLE && b.kind == ABIDANCE_WHOLE)
        return abidance_compare_whole(a.whole, b.whole);
    if (a.kind == ABIDANCE_WHOLE)
        return abidance_compare_mixed(a.whole, b.real);
    if (b.kind == ABIDANCE_WHOLE) {
        int order = abidance_compare_mixed(b.whole, a.real);
        return order == ABIDANCE_UNORDERED ? order : -order;
    }
    return abidance_compare_real(a.real, b.real);
}

static inline int abidance_number_is_true(abidance_number a) { return a.kind == ABIDANCE_WHOLE ? a.whole != 0 : a.real != 0; }
static inline int abidance_number_is_nan(abidance_number a) { return a.kind != ABIDANCE_WHOLE && a.real != a.real; }

static inline abidance_number abidance_number_negative(abidance_number a)
{
    return (abidance_number){a.kind, -a.whole, -a.real};
}

static inline abidance_number abidance_number_absolute(abidance_number a)
{
    return (abidance_number){a.kind, abidance_absolute(a.whole), a.real < 0 ? -a.real : a.real == 0 ? 0 : a.real};
}

/* The number as a whole one where it is one that 128 bits hold; nonzero where it is not. */
static inline int abidance_number_whole_part(abidance_number a, abidance_int *whole)
{
    if (a.kind == ABIDANCE_WHOLE) {
        *whole = a.whole;
        return 0;
    }
    if (!(a.real < 0x1p127L && a.real > -0x1p127L))
        return 1;
    *whole = (abidance_int)a.real;
    return (long double)*whole != a.real;
}

static inline double abidance_number_double(abidance_number a) { return a.kind == ABIDANCE_WHOLE ? (double)a.whole : (double)a.real; }

/* `operation` is the operator's first character; `|` stands for `//`. */
static inline int abidance_number_compute(char operation, abidance_number a, abidance_number b, abidance_number *result)
{
    int refused = 0;
    if (a.kind == ABIDANCE_WIDE || b.kind == ABIDANCE_WIDE)
        return 1;
    if (a.kind == ABIDANCE_WHOLE && b.kind == ABIDANCE_WHOLE && operation != '/') {
        abidance_int whole = 0;
        switch (operation) {
        case '+': refused = abidance_add(a.whole, b.whole, &whole); break;
        case '-': refused = abidance_subtract(a.whole, b.whole, &whole); break;
        case '*': refused = abidance_multiply(a.whole, b.whole, &whole); break;
        case '|': refused = abidance_floor_divide(a.whole, b.whole, &whole); break;
        default: refused = abidance_modulo(a.whole, b.whole, &whole); break;
        }
        *result = abidance_number_of_whole(whole);
        return refused;
    }
    double x = abidance_number_double(a), y = abidance_number_double(b), real = 0;
    switch (operation) {
    case '+': real = abidance_rounded(x + y); break;
    case '-': real = abidance_rounded(x - y); break;
    case '*': real = abidance_rounded(x * y); break;
    case '|': refused = abidance_real_floor_divide(x, y, &real); break;
    case '%': refused = abidance_real_modulo(x, y, &real); break;
    default:
        refused = a.kind == ABIDANCE_WHOLE && b.kind == ABIDANCE_WHOLE ? abidance_true_divide(a.whole, b.whole, &real)
                                                              : abidance_real_divide(x, y, &real);
    }
    *result = abidance_number_of_double(real);
    return refused;
}

/* Bytes and lists. */

/* The position of element `index` of `count`, from the end where it is negative; nonzero where there is none. */
static inline int abidance_index(abidance_int index, abidance_int count, abidance_int *at)
{
    *at = index < 0 ? index + count : index;
    return *at < 0 || *at >= count;
}

/* The bounds of a slice, as PySlice_AdjustIndices: its first position, and how many elements it has. */
static inline int abidance_slice(abidance_int count, const abidance_int *low, const abidance_int *high, abidance_int step, abidance_int *first,
                            abidance_int *taken)
{
    if (step == 0)
        return 1;
    abidance_int lowest = step < 0 ? -1 : 0, highest = step < 0 ? count - 1 : count;
    abidance_int start = step < 0 ? highest : lowest, stop = step < 0 ? lowest : highest;
    if (low) {
        start = *low < 0 ? *low + count : *low;
        start = start < lowest ? lowest : start > highest ? highest : start;
    }
    if (high) {
        stop = *high < 0 ? *high + count : *high;
        stop = stop < lowest ? lowest : stop > highest ? highest : stop;
    }
    *first = start;
    *taken = step < 0 ? (stop < start ? (start - stop - 1) / -step + 1 : 0)
                      : (start < stop ? (stop - start - 1) / step + 1 : 0);
    if (*taken == 0)
        *first = 0;
    return 0;
}

/* How many numbers a range has; nonzero for a step of zero, and where 128 bits do not hold its width. */
static inline int abidance_range(abidance_int start, abidance_int stop, abidance_int step, abidance_int *count)
{
    abidance_int width;
    if (step == 0)
        return 1;
    *count = 0;
    if (step > 0 ? start >= stop : start <= stop)
        return 0;
    if (step > 0 ? abidance_subtract(stop, start, &width) : abidance_subtract(start, stop, &width))
        return 1;
    *count = (width - 1) / abidance_absolute(step) + 1;
    return 0;
}

static inline int abidance_in_range(abidance_int value, abidance_int start, abidance_int step, abidance_int count)
{
    if (count == 0)
        return 0;
    abidance_int last = start + (count - 1) * step, low = step < 0 ? last : start, high = step < 0 ? start : last;
    return value >= low && value <= high && (value - start) % step == 0;
}

static inline int abidance_same_bytes(const unsigned char *a, size_t a_size, const unsigned char *b, size_t b_size)
{
    return a_size == b_size && (a_size == 0 || memcmp(a, b, a_size) == 0);
}

static inline int abidance_compare_bytes(const unsigned char *a, size_t a_size, const unsigned char *b, size_t b_size)
{
    size_t both = a_size < b_size ? a_size : b_size;
    int order = both ? memcmp(a, b, both) : 0;
    return order ? (order > 0) - (order < 0) : (a_size > b_size) - (a_size < b_size);
}

static inline int abidance_has_byte(abidance_int byte, const unsigned char *whole, size_t size)
{
    return byte >= 0 && byte <= 255 && size && memchr(whole, (int)byte, size) != NULL;
}

static inline int abidance_has_bytes(const unsigned char *part, size_t part_size, const unsigned char *whole, size_t size)
{
    if (part_size == 0)
        return 1;
    for (size_t at = 0; part_size <= size - at && at < size; at++) {
        const unsigned char *next = memchr(whole + at, part[0], size - at);
        if (!next)
            return 0;
        at = (size_t)(next - whole);
        if (part_size <= size - at && memcmp(next, part, part_size) == 0)
            return 1;
    }
    return 0;
}

/* The letters of ASCII alone, whatever the locale. */
static inline void abidance_lower(unsigned char *to, const unsigned char *from, size_t size)
{
    for (size_t at = 0; at < size; at++)
        to[at] = from[at] >= 'A' && from[at] <= 'Z' ? (unsigned char)(from[at] + ('a' - 'A')) : from[at];
}

/* Strictly: no surrogates, nothing overlong, nothing beyond U+10FFFF (The Unicode Standard, table 3-7). */
static inline int abidance_is_utf8(const unsigned char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        unsigned char first = text[at++], low = 0x80, high = 0xBF;
        int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
        if (more < 0)
            return 0;
        low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : low;
        high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : high;
        for (; more > 0; more--, low = 0x80, high = 0xBF)
            if (at == size || text[at] < low || text[at++] > high)
                return 0;
    }
    return 1;
}

enum { ABIDANCE_NOWHERE = 0xFFFF, ABIDANCE_NO_COLUMN = 0xFF };

/* By a table of `expressions/forms.py`, in which each byte is a character. */
static inline int abidance_matches(const unsigned short *following, const unsigned short *least,
                                   const unsigned char *columns, unsigned count, const unsigned char *text, size_t size)
{
    unsigned row = 0;
    for (size_t at = 0; at < size && row != ABIDANCE_NOWHERE; at++)
        row = columns[text[at]] == ABIDANCE_NO_COLUMN ? ABIDANCE_NOWHERE : following[row * count + columns[text[at]]];
    return row != ABIDANCE_NOWHERE && least[row] == 0;
}

#endif
