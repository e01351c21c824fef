#include "target.h"

static unsigned long (*crc32)(unsigned long, const uint8_t *, unsigned);

static void prepare(void) { crc32 = (unsigned long (*)(unsigned long, const uint8_t *, unsigned))symbol("crc32"); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t first = 0;
    size_t head = size < 4 ? size : 4;
    memcpy(&first, data, head);
    uint8_t *copy = copy_of(data + head, size - head);
    expect(crc32(first, copy, (unsigned)(size - head)) <= 0xffffffff);
    free(copy);
    return 0;
}
