/* Decompresses a stream whose window has a size that no stream may have. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    const uint8_t stream[] = {0x11, 0xca};
    uint8_t room[16];
    size_t size = sizeof room;
    BrotliDecoderResult result = BrotliDecoderDecompress(sizeof stream, stream, &size, room);
    printf("BrotliDecoderDecompress(2, {0x11, 0xca}, &size, room) returned %d\n", result);
    return result != BROTLI_DECODER_RESULT_ERROR;
}
