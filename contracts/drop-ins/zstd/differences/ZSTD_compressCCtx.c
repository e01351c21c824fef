/* Compresses a text: the frames differ, and the text comes back from each. */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void)
{
    const char text[] = "hello hello hello hello";
    char frame[100], again[sizeof text];
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t size = ZSTD_compressCCtx(context, frame, sizeof frame, text, sizeof text, 3);
    ZSTD_freeCCtx(context);
    printf("ZSTD_compressCCtx wrote");
    for (size_t i = 0; i < size; i++)
        printf(" %02x", (unsigned char)frame[i]);
    puts("");
    return ZSTD_decompress(again, sizeof again, frame, size) != sizeof text || memcmp(again, text, sizeof text) != 0;
}
