/* Asks for the number of a dictionary that is corrupted behind it. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char dictionary[] = {0x37, 0xa4, 0x30, 0xec, 0x4d, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff};
    unsigned number = ZSTD_getDictID_fromDict(dictionary, sizeof dictionary);
    printf("ZSTD_getDictID_fromDict(dictionary, sizeof dictionary) returned %u\n", number);
    return number != 0 && number != 77;
}
