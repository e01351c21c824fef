/* Reads a frame whose checksum is wrong, and is not to be looked at. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char frame[] = {4, 34, 77, 24, 100, 64, 167, 5, 0, 0, 128, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0, 1, 2, 3, 4};
    const LZ4F_decompressOptions_t options = {.skipChecksums = 1};
    char text[40];
    size_t size = sizeof frame, room = sizeof text;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, text, &room, frame, &size, &options);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress with skipChecksums returned %zd\n", left);
    return left != 0;
}
