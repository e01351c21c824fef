#include <stddef.h>
#include <stdint.h>

int32_t larger(int32_t a, int32_t b);
uint32_t checksum(const uint8_t *bytes, size_t length);
uint32_t digest(const uint8_t *block);
