#define _DEFAULT_SOURCE
#include "subject.h"

#include <stdlib.h>
#include <string.h>

unsigned derive(const unsigned char *key, size_t n, unsigned salt)
{
    unsigned sum = salt;
    unsigned char *pad = malloc(n + 1);
    if (pad == NULL)
        return 0;
    memcpy(pad, key, n);
    for (size_t i = 0; i < n; i++)
        sum = sum * 33 + pad[n - 1 - i];
    explicit_bzero(pad, n);
    free(pad);
    return sum;
}
