#include "target.h"

static int (*compress)(uint8_t *, unsigned long *, const uint8_t *, unsigned long);
static unsigned long (*bound)(unsigned long);

static void prepare(void)
{
    compress = (int (*)(uint8_t *, unsigned long *, const uint8_t *, unsigned long))symbol("compress");
    bound = (unsigned long (*)(unsigned long))symbol("compressBound");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long room = bound(size), used = room;
    uint8_t *source = copy_of(data, size), *to = malloc(room);
    expect(compress(to, &used, source, size) == 0);
    expect(used <= room);
    free(to);
    free(source);
    return 0;
}
