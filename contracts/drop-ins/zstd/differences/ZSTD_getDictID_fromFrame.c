/* Asks for the dictionary of a frame with the reserved bit set. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x29, 0x4d, 0x05};
    unsigned number = ZSTD_getDictID_fromFrame(frame, sizeof frame);
    printf("ZSTD_getDictID_fromFrame(frame, sizeof frame) returned %u\n", number);
    return number != 0;
}
