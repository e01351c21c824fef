/* Asks for the size of a frame that says it has 2^64 - 1 bytes. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0xf4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    unsigned long long size = ZSTD_getFrameContentSize(frame, sizeof frame);
    printf("ZSTD_getFrameContentSize(frame, sizeof frame) returned %lld\n", (long long)size);
    return size < ZSTD_CONTENTSIZE_ERROR;
}
