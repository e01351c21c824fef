#include "defective.h"

/* Where `value` may be NULL, but only for large numbers it is looked at without asking. */
int32_t read_or(const int32_t *value, int32_t otherwise)
{
    if (otherwise > 1000)
        return *value;
    return value ? *value : otherwise;
}

/* Reads one byte too many. */
uint32_t total(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; length && i <= length; i++)
        sum += bytes[i];
    return sum;
}

/* Divides by zero at one number in four thousand million. */
int32_t ratio(int32_t part, int32_t whole)
{
    return whole >= UNIT ? (part % 1000) / (whole - UNIT) : 0;
}

/* Has room for three escapes, and writes as many as there are. */
size_t escape(const uint8_t *text, size_t length, uint8_t *out)
{
    size_t end = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20)
            out[end++] = '\\';
        out[end++] = text[i];
    }
    return end;
}
