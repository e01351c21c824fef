#include "target.h"

static uint32_t (*checksum)(const uint8_t *, size_t);

static void prepare(void) { checksum = (uint32_t(*)(const uint8_t *, size_t))symbol("checksum"); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = copy_of(data, size);
    expect((checksum(copy, size) & 0xffff) < 65521);
    expect(memcmp(copy, data, size) == 0);
    free(copy);
    return 0;
}
