/* Decompresses a block whose match is too near to its end, which is malformed: whether that is detected is left open. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    const char block[] = "aaaaaa\0\6\0aaaaaaa";
    char room[17];
    int size = LZ4_decompress_safe(block, room, 16, 17);
    printf("LZ4_decompress_safe of a match 11 bytes before the end returned %d\n", size);
    return size > (int)sizeof room;
}
