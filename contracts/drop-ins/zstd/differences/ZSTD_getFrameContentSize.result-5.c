/* Asks for the size of a frame of 1 GiB, which a library may refuse. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0x00, 0x00, 0x00, 0x40};
    unsigned long long size = ZSTD_getFrameContentSize(frame, sizeof frame);
    printf("ZSTD_getFrameContentSize(frame, sizeof frame) returned %lld\n", (long long)size);
    return size != 1 << 30 && size != ZSTD_CONTENTSIZE_ERROR;
}
