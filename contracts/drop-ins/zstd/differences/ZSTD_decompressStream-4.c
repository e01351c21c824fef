/* Reads two bytes that begin no frame: a library may say so at once, or want more first. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    char room[40];
    ZSTD_inBuffer input = {"no", 2, 0};
    ZSTD_outBuffer output = {room, sizeof room, 0};
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t left = ZSTD_decompressStream(stream, &output, &input);
    ZSTD_freeDStream(stream);
    printf("ZSTD_decompressStream of \"no\" returned %zd\n", left);
    return left == 0;
}
