/* Decompresses a block whose match is too near to its end, which is malformed: whether that is detected is left open. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    const char block[] = "aaaaaa\0\6\0aaaaaaa";
    char room[17];
    LZ4_streamDecode_t *stream = LZ4_createStreamDecode();
    int size = LZ4_decompress_safe_continue(stream, block, room, 16, 17);
    LZ4_freeStreamDecode(stream);
    printf("LZ4_decompress_safe_continue of a match 11 bytes before the end returned %d\n", size);
    return size > (int)sizeof room;
}
