/* Asks for how long a text can become: each bound is one of its own encoder. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    size_t most = BrotliEncoderMaxCompressedSize(1000);
    printf("BrotliEncoderMaxCompressedSize(1000) returned %zu\n", most);
    return most < 1000;
}
