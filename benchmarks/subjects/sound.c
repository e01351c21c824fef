#include "sound.h"

int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

uint32_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t low = 1, high = 0;
    for (size_t i = 0; i < length; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

uint32_t digest(const uint8_t *block)
{
    return checksum(block, 4096);
}
