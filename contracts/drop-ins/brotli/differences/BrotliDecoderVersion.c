/* Each library has a version of its own. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    printf("BrotliDecoderVersion() returned 0x%x\n", (unsigned)BrotliDecoderVersion());
    return 0;
}
