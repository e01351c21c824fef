/* Reads a stored block in two pieces: how much each call gives out differs, and the text is the same. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char frame[] = {4, 34, 77, 24, 96, 64, 130, 5, 0, 0, 128, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0};
    char text[40];
    size_t first = 13, rest = sizeof frame - first, one = 20, other = 20;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    LZ4F_decompress(context, text, &one, frame, &first, NULL);
    size_t left = LZ4F_decompress(context, text + one, &other, frame + first, &rest, NULL);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress gave out %zu and %zu bytes\n", one, other);
    return left != 0 || one + other != 5 || memcmp(text, "hello", 5) != 0;
}
