/* What targets written by hand have in common: the library that they call is loaded, as that of a compiled contract. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;

static inline void *symbol(const char *name)
{
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

static void prepare(void);

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    library = dlopen(getenv("ABIDANCE_LIBRARY"), RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    prepare();
    return 0;
}

static inline void expect(int holds)
{
    if (!holds)
        abort();
}

/* A copy of exactly this size, so that AddressSanitizer knows where it ends. */
static inline uint8_t *copy_of(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, data, size);
    return copy;
}
