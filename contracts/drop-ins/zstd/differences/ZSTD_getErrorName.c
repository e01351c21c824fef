/* Asks for the name of an error: the header has none to hold the texts to. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const char *name = ZSTD_getErrorName((size_t)-20);
    printf("ZSTD_getErrorName((size_t)-20) returned \"%s\"\n", name);
    return name == NULL;
}
