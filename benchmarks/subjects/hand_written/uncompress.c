#include "target.h"

static int (*uncompress)(uint8_t *, unsigned long *, const uint8_t *, unsigned long);

static void prepare(void)
{
    uncompress = (int (*)(uint8_t *, unsigned long *, const uint8_t *, unsigned long))symbol("uncompress");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long room = size ? 4 * data[0] : 0, used = room;
    uint8_t *source = copy_of(data, size), *to = malloc(room ? room : 1);
    int answer = uncompress(to, &used, source, size);
    expect(answer == 0 || answer == -3 || answer == -4 || answer == -5);
    expect(answer != 0 || used <= room);
    free(to);
    free(source);
    return 0;
}
