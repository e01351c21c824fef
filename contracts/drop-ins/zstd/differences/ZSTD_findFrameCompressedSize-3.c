/* Asks for the length of a frame whose only block is corrupted: such input is not valid. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x2d, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff};
    size_t size = ZSTD_findFrameCompressedSize(frame, sizeof frame);
    printf("ZSTD_findFrameCompressedSize(frame, sizeof frame) returned %zd\n", size);
    return !ZSTD_isError(size) && size != sizeof frame;
}
