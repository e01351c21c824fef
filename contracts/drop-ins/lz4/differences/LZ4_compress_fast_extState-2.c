/* Compresses nothing, with as much room as the header says. */
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char room[LZ4_COMPRESSBOUND(0)];
    void *state = malloc((size_t)LZ4_sizeofState());
    int size = LZ4_compress_fast_extState(state, "", room, 0, LZ4_COMPRESSBOUND(0), 1);
    free(state);
    printf("LZ4_compress_fast_extState(state, \"\", room, 0, %d, 1) returned %d\n", LZ4_COMPRESSBOUND(0), size);
    return size == 0;
}
