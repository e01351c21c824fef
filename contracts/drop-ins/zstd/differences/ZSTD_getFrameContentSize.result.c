/* Asks for the size of a frame of a format before version 0.8, which a library may know or not. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x25, 0xb5, 0x2f, 0xfd};
    unsigned long long size = ZSTD_getFrameContentSize(frame, sizeof frame);
    printf("ZSTD_getFrameContentSize(frame, sizeof frame) returned %lld\n", (long long)size);
    return size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
}
