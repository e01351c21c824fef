#include <stddef.h>
#include <stdint.h>

#define UNIT 12345

int32_t read_or(const int32_t *value, int32_t otherwise);
uint32_t total(const uint8_t *bytes, size_t length);
int32_t ratio(int32_t part, int32_t whole);
size_t escape(const uint8_t *text, size_t length, uint8_t *out);
