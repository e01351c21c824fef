/* Begins a frame: the header is to be written. */
#include <lz4frame.h>
#include <stdio.h>

int main(void)
{
    unsigned char header[LZ4F_HEADER_SIZE_MAX];
    LZ4F_cctx *context;
    LZ4F_createCompressionContext(&context, LZ4F_VERSION);
    size_t size = LZ4F_compressBegin(context, header, sizeof header, NULL);
    LZ4F_freeCompressionContext(context);
    printf("LZ4F_compressBegin(context, header, %d, NULL) returned %zu\n", LZ4F_HEADER_SIZE_MAX, size);
    return size < LZ4F_HEADER_SIZE_MIN;
}
