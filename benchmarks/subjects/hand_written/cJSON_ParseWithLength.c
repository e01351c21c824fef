#include "target.h"

static void *(*parse)(const char *, size_t);
static void (*release)(void *);

static void prepare(void)
{
    parse = (void *(*)(const char *, size_t))symbol("cJSON_ParseWithLength");
    release = (void (*)(void *))symbol("cJSON_Delete");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *text = copy_of(data, size);
    release(parse((const char *)text, size));
    free(text);
    return 0;
}
