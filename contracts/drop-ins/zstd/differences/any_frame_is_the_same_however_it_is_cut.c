/* Reads a frame that is cut within its checksum. */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0xa3, 0x6d, 0x9f, 0x88};
    char text[40];
    ZSTD_inBuffer input = {frame, sizeof frame - 2, 0};
    ZSTD_outBuffer output = {text, sizeof text, 0};
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t left = ZSTD_decompressStream(stream, &output, &input);
    printf("ZSTD_decompressStream returned %zd", left);
    int failed = ZSTD_isError(left) != 0;
    input.size = sizeof frame;
    left = ZSTD_decompressStream(stream, &output, &input);
    ZSTD_freeDStream(stream);
    printf(" and %zd\n", left);
    return failed || left != 0 || output.pos != 5 || memcmp(text, "hello", 5) != 0;
}
