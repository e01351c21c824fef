/* Compresses six letters: the streams differ, and the letters come back from each. */
#include "brotli.h"
#include <stdio.h>
#include <string.h>

int main(void)
{
    uint8_t stream[100], again[6];
    size_t size = sizeof stream, length = sizeof again;
    if (!BrotliEncoderCompress(10, 22, BROTLI_MODE_GENERIC, 6, (const uint8_t *)"dddddd", &size, stream))
        return 1;
    printf("BrotliEncoderCompress(10, 22, BROTLI_MODE_GENERIC, 6, \"dddddd\", &size, stream) wrote");
    for (size_t i = 0; i < size; i++)
        printf(" %02x", stream[i]);
    puts("");
    if (BrotliDecoderDecompress(size, stream, &length, again) != BROTLI_DECODER_RESULT_SUCCESS)
        return 1;
    return length != 6 || memcmp(again, "dddddd", 6) != 0;
}
