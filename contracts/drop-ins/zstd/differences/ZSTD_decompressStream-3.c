/* Reads the beginning of a frame: how much is to come next is a hint. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x29, 0x00, 0x00};
    char room[40];
    ZSTD_inBuffer input = {frame, sizeof frame, 0};
    ZSTD_outBuffer output = {room, sizeof room, 0};
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t left = ZSTD_decompressStream(stream, &output, &input);
    ZSTD_freeDStream(stream);
    printf("ZSTD_decompressStream returned %zu\n", left);
    return left == 0 || ZSTD_isError(left);
}
