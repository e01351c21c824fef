/* Reads seven bytes of a header whose version is none. */
#include <lz4frame.h>
#include <stdio.h>

int main(void)
{
    const unsigned char begun[] = {4, 34, 77, 24, 24, 0, 0};
    size_t size = sizeof begun, room = 0;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, NULL, &room, begun, &size, NULL);
    LZ4F_freeDecompressionContext(context);
    printf("LZ4F_decompress returned %zd\n", left);
    return left == 0;
}
