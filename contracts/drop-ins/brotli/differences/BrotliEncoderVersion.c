/* Each library has a version of its own. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    printf("BrotliEncoderVersion() returned 0x%x\n", (unsigned)BrotliEncoderVersion());
    return 0;
}
