/* Reads a frame with an empty block before its text. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char frame[] = {4, 34, 77, 24, 96, 64, 130, 0, 0, 0, 128, 5, 0, 0, 128, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0};
    char text[40];
    size_t size = sizeof frame, room = sizeof text;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, text, &room, frame, &size, NULL);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress returned %zd, has read %zu of %zu bytes, and wrote %zu\n", left, size, sizeof frame, room);
    return left != 0 || size != sizeof frame || room != 5 || memcmp(text, "hello", 5) != 0;
}
