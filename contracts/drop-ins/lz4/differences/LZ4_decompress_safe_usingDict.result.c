/* Decompresses a block that ends too soon. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    const char block[] = {0x50, 'h', 'e'};
    char room[40];
    int size = LZ4_decompress_safe_usingDict(block, room, sizeof block, sizeof room, "words", 5);
    printf("LZ4_decompress_safe_usingDict({50 68 65}) returned %d\n", size);
    return size >= 0;
}
