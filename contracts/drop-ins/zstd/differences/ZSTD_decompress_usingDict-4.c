/* Decompresses nothing with a dictionary that is corrupted. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char dictionary[] = {0x37, 0xa4, 0x30, 0xec, 0x4d, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff};
    char room[40];
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t size = ZSTD_decompress_usingDict(context, room, sizeof room, "", 0, dictionary, sizeof dictionary);
    ZSTD_freeDCtx(context);
    printf("ZSTD_decompress_usingDict of nothing returned %zd\n", size);
    return size != 0 && !ZSTD_isError(size);
}
