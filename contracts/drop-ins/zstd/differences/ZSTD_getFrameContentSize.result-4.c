/* Asks for the size of a frame that was compressed with a dictionary. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x21, 0x05, 0x61};
    unsigned long long size = ZSTD_getFrameContentSize(frame, sizeof frame);
    printf("ZSTD_getFrameContentSize(frame, sizeof frame) returned %lld\n", (long long)size);
    return size != 97;
}
