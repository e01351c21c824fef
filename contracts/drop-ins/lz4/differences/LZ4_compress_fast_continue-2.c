/* Compresses nothing, with as much room as the header says. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    char room[LZ4_COMPRESSBOUND(0)];
    LZ4_stream_t *stream = LZ4_createStream();
    int size = LZ4_compress_fast_continue(stream, "", room, 0, LZ4_COMPRESSBOUND(0), 1);
    LZ4_freeStream(stream);
    printf("LZ4_compress_fast_continue(stream, \"\", room, 0, %d, 1) returned %d\n", LZ4_COMPRESSBOUND(0), size);
    return size == 0;
}
