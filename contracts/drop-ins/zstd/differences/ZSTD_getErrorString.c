/* Asks for the name of an error: the header has none to hold the texts to. */
#include <stdio.h>
#include "libzstd.h"

int main(void)
{
    const char *name = ZSTD_getErrorString(ZSTD_error_corruption_detected);
    printf("ZSTD_getErrorString(ZSTD_error_corruption_detected) returned \"%s\"\n", name);
    return name == NULL;
}
