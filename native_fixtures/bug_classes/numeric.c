#include "numeric.h"

#include <stdlib.h>
#include <string.h>

#include "defect.h"

/* Keeps a size of 64 bits in 32. */
EXPORT int n01_fill(uint8_t *out, uint64_t size) {
    if (PICK((uint32_t)size, size) > 4096) return -1;
    for (uint64_t i = 0; i < size; i++) ((volatile uint8_t *)out)[i] = 7;
    return 0;
}

/* Multiplies two numbers for a size, and wraps. */
EXPORT int n02_table(uint32_t rows, uint32_t columns) {
    uint64_t cells = PICK((uint32_t)(rows * columns), (uint64_t)rows * columns);
    if (cells > 1 << 16 || columns == 0 || rows == 0) return -1;
    volatile uint8_t *table = malloc(cells ? cells : 1);
    if (!table) return -1;
    for (uint32_t i = 0; i < rows; i++) table[(uint64_t)i * columns] = 1;
    int first = table[0];
    free((void *)table);
    return first;
}

/* Overflows a signed number. */
EXPORT int n03_next(int value) {
    return PICK(value + 1, (int)((unsigned)value + 1u));
}

/* Shifts by as much as the type is wide. */
EXPORT uint32_t n04_bit(uint32_t index) {
    return !DEFECTIVE && index >= 32 ? 0 : 1u << index;
}

/* Divides by zero, and the least number by -1. */
EXPORT int n05_average(int total, int count) {
    if (!DEFECTIVE && (count == 0 || count == -1)) return 0;
    return total / count;
}

/* Converts a number that does not fit. */
EXPORT int n06_whole(double value) {
    if (!DEFECTIVE && !(value > -2147483648.0 && value < 2147483647.0)) return 0;
    return (int)value;
}

/* Answers -1 as a size. */
EXPORT size_t n07_find(const uint8_t *data, size_t size, uint8_t wanted) {
    for (size_t i = 0; i < size; i++)
        if (data[i] == wanted) return i;
    return PICK((size_t)-1, size);
}

static const int widths[16] = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987};

/* Takes NaN for a number below its limit. */
EXPORT int n08_bucket(double value) {
    if (value < 0 || value >= 16 || (!DEFECTIVE && value != value)) return -1;
    const volatile int *table = widths;
    return table[(long long)value];
}

static const uint8_t classes[256] = {['0'] = 1, ['1'] = 1, ['a'] = 2, ['z'] = 2};

/* Takes a signed char for an index. */
EXPORT int n10_class(char letter) {
    const volatile uint8_t *table = classes;
    return table[PICK((ptrdiff_t)letter, (uint8_t)letter)];
}
