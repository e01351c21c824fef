/* Asks for the length of a frame with the reserved bit set. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x08, 0x00, 0x29, 0x00, 0x00, 'h', 'e', 'l', 'l', 'o'};
    size_t size = ZSTD_findFrameCompressedSize(frame, sizeof frame);
    printf("ZSTD_findFrameCompressedSize(frame, sizeof frame) returned %zd\n", size);
    return !ZSTD_isError(size);
}
