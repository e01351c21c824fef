/* Asks for the length of a frame of a format before version 0.8, which a library may know or not. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x27, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0xc0, 0x00, 0x00};
    size_t size = ZSTD_findFrameCompressedSize(frame, sizeof frame);
    printf("ZSTD_findFrameCompressedSize(frame, sizeof frame) returned %zd\n", size);
    return !ZSTD_isError(size) && size != sizeof frame;
}
