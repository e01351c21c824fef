/* Asks for the dictionary of a frame with a window of 256 MB, which a library may refuse. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x90, 0x4d};
    unsigned number = ZSTD_getDictID_fromFrame(frame, sizeof frame);
    printf("ZSTD_getDictID_fromFrame(frame, sizeof frame) returned %u\n", number);
    return number != 0 && number != 77;
}
