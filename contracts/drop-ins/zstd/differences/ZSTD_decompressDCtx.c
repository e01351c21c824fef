/* Decompresses a frame that says of its five bytes that they are six. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x06, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    char room[40];
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t size = ZSTD_decompressDCtx(context, room, sizeof room, frame, sizeof frame);
    ZSTD_freeDCtx(context);
    int failed = size > (size_t)-120; /* ZSTD_isError */
    printf("ZSTD_decompressDCtx %s %zd\n", failed ? "failed with" : "returned", size);
    return !failed;
}
