/* Reads a frame with room for three bytes at a time: how much each call reads differs, and the text is the same. */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    char text[5];
    ZSTD_inBuffer input = {frame, 4, 0};
    ZSTD_outBuffer output = {text, 3, 0};
    ZSTD_DStream *stream = ZSTD_createDStream();
    printf("ZSTD_decompressStream returned");
    size_t left = ZSTD_decompressStream(stream, &output, &input);
    printf(" %zu", left);
    input.size = sizeof frame;
    left = ZSTD_decompressStream(stream, &output, &input);
    printf(" %zu", left);
    output.size = sizeof text;
    left = ZSTD_decompressStream(stream, &output, &input);
    ZSTD_freeDStream(stream);
    printf(" %zu\n", left);
    return left != 0 || output.pos != 5 || memcmp(text, "hello", 5) != 0;
}
