/* Asks for the length of a frame that was compressed with a dictionary. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x21, 0x4d, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    size_t size = ZSTD_findFrameCompressedSize(frame, sizeof frame);
    printf("ZSTD_findFrameCompressedSize(frame, sizeof frame) returned %zd\n", size);
    return size != sizeof frame;
}
