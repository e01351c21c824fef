/* Compresses nothing, with as much room as the header says. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    char room[LZ4_COMPRESSBOUND(0)];
    int size = LZ4_compress_default("", room, 0, LZ4_COMPRESSBOUND(0));
    printf("LZ4_compress_default(\"\", room, 0, %d) returned %d\n", LZ4_COMPRESSBOUND(0), size);
    return size == 0;
}
