/* Asks for the size of a frame that does not give it. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    unsigned long long size = ZSTD_getFrameContentSize(frame, sizeof frame);
    printf("ZSTD_getFrameContentSize(frame, sizeof frame) returned %lld\n", (long long)size);
    return size != ZSTD_CONTENTSIZE_UNKNOWN;
}
