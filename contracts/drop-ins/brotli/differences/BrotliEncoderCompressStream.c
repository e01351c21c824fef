/* Compresses six letters as a stream: the streams differ, and the letters come back from each. */
#include "brotli.h"
#include <stdio.h>
#include <string.h>

int main(void)
{
    uint8_t stream[100], again[6], *out = stream;
    const uint8_t *in = (const uint8_t *)"dddddd";
    size_t left = 6, room = sizeof stream, length = sizeof again;
    BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    if (!BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &left, &in, &room, &out, NULL))
        return 1;
    BrotliEncoderDestroyInstance(state);
    printf("BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, ... \"dddddd\" ...) wrote");
    for (const uint8_t *each = stream; each < out; each++)
        printf(" %02x", *each);
    puts("");
    if (BrotliDecoderDecompress((size_t)(out - stream), stream, &length, again) != BROTLI_DECODER_RESULT_SUCCESS)
        return 1;
    return length != 6 || memcmp(again, "dddddd", 6) != 0;
}
