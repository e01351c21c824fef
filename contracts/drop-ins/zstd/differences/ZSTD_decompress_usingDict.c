/* Decompresses with a dictionary that is content alone. */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void)
{
    const char words[] = "words that are no dictionary but content alone";
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    char room[40];
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t size = ZSTD_decompress_usingDict(context, room, sizeof room, frame, sizeof frame, words, sizeof words);
    ZSTD_freeDCtx(context);
    printf("ZSTD_decompress_usingDict returned %zd\n", size);
    return size != 5 || memcmp(room, "hello", 5) != 0;
}
