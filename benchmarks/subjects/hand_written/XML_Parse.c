#include "target.h"

static const char *const encodings[] = {NULL, "UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"};
static void *(*create)(const char *);
static int (*parse)(void *, const char *, int, int);
static void (*release)(void *);

static void prepare(void)
{
    create = (void *(*)(const char *))symbol("XML_ParserCreate");
    parse = (int (*)(void *, const char *, int, int))symbol("XML_Parse");
    release = (void (*)(void *))symbol("XML_ParserFree");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    void *parser = create(encodings[(data[0] >> 1) % 5]);
    uint8_t *text = copy_of(data + 1, size - 1);
    int answer = parse(parser, (const char *)text, (int)size - 1, data[0] & 1);
    expect(answer == 0 || answer == 1);
    free(text);
    release(parser);
    return 0;
}
