/* Begins a frame of one byte, resets the context, and reads a whole frame that does not say how long it is. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char begun[] = {4, 34, 77, 24, 104, 64, 1, 0, 0, 0, 0, 0, 0, 0, 44};
    const unsigned char frame[] = {4, 34, 77, 24, 96, 64, 130, 5, 0, 0, 128, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0};
    char text[40];
    size_t size = sizeof begun, room = sizeof text;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    LZ4F_decompress(context, text, &room, begun, &size, NULL);
    LZ4F_resetDecompressionContext(context);
    size = sizeof frame, room = sizeof text;
    size_t left = LZ4F_decompress(context, text, &room, frame, &size, NULL);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress returned %zd, and wrote %zu bytes\n", left, room);
    return left != 0 || room != 5 || memcmp(text, "hello", 5) != 0;
}
