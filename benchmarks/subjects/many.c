#include "many.h"
@@

int32_t clamp_@(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

uint32_t sum_@(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += bytes[i];
    return sum;
}

bool inside_@(const point *p, int32_t width, int32_t height)
{
    return p->x >= 0 && p->x < width && p->y >= 0 && p->y < height;
}

size_t words_@(const char *text)
{
    size_t words = 0;
    for (const char *at = text; *at; at++)
        words += *at != ' ' && (at == text || at[-1] == ' ');
    return words;
}

status fill_@(uint8_t value, uint8_t *out, size_t capacity, size_t *length)
{
    if (capacity < value)
        return STATUS_FULL;
    for (size_t i = 0; i < value; i++)
        out[i] = value;
    *length = value;
    return STATUS_OK;
}
