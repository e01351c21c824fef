/* Reads a frame whose first block is there: its content is to come out, as after a flush. */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x28, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    char text[40];
    ZSTD_inBuffer input = {frame, sizeof frame, 0};
    ZSTD_outBuffer output = {text, sizeof text, 0};
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_decompressStream(stream, &output, &input);
    ZSTD_freeDStream(stream);
    printf("ZSTD_decompressStream has read %zu bytes and wrote %zu\n", input.pos, output.pos);
    return output.pos != 5 || memcmp(text, "hello", 5) != 0;
}
