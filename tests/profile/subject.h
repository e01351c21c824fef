#include <stddef.h>
#include <stdint.h>

uint32_t pf_sum(const uint8_t *data, size_t length);
uint32_t pf_each(uint32_t count, uint32_t (*seen)(uint32_t number, void *context), void *context);
