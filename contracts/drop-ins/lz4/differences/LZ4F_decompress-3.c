/* Reads the beginning of a frame: how much is to come next is a hint. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char frame[] = {4, 34, 77, 24, 96, 64, 130, 5, 0, 0, 128};
    char text[40];
    size_t size = sizeof frame, room = sizeof text;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, text, &room, frame, &size, NULL);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress returned %zu\n", left);
    return left == 0 || LZ4F_isError(left);
}
