/* Decompresses a block with a match at offset 0, which is malformed: whether that is detected is left open. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    const char block[] = {0x10, 'a', 0, 0, 0x50, 'h', 'e', 'l', 'l', 'o'};
    char room[40];
    LZ4_streamDecode_t *stream = LZ4_createStreamDecode();
    int size = LZ4_decompress_safe_continue(stream, block, room, sizeof block, sizeof room);
    LZ4_freeStreamDecode(stream);
    printf("LZ4_decompress_safe_continue of {10 61 00 00 50 68 65 6c 6c 6f} returned %d\n", size);
    return size > (int)sizeof room;
}
