/* Decompresses a frame with the reserved bit set. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x08, 0x00, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    char room[40];
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t size = ZSTD_decompress_usingDict(context, room, sizeof room, frame, sizeof frame, "", 0);
    ZSTD_freeDCtx(context);
    int failed = size > (size_t)-120; /* ZSTD_isError */
    printf("ZSTD_decompress_usingDict %s %zd\n", failed ? "failed with" : "returned", size);
    return !failed;
}
