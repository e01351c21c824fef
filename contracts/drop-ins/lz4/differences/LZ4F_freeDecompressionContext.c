/* Frees a context in the middle of a frame: what it returns is the number of a state, and not 0. */
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
    LZ4F_decompress(context, text, &room, frame, &size, NULL);
    size_t state = LZ4F_freeDecompressionContext(context);
    printf("LZ4F_freeDecompressionContext returned %zu\n", state);
    return state == 0;
}
