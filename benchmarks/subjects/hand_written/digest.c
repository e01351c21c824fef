#include "target.h"

static uint32_t (*digest)(const uint8_t *);

static void prepare(void) { digest = (uint32_t(*)(const uint8_t *))symbol("digest"); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *block = calloc(1, 4096);
    memcpy(block, data, size < 4096 ? size : 4096);
    expect((digest(block) & 0xffff) < 65521);
    free(block);
    return 0;
}
