/* Compresses a text with a state of the caller's: the blocks differ, and the text comes back from each. */
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    const char text[] = "hello hello hello, how do you do, how do you do";
    char block[200], again[sizeof text];
    void *state = malloc((size_t)LZ4_sizeofState());
    int size = LZ4_compress_fast_extState(state, text, block, sizeof text, sizeof block, 1);
    free(state);
    printf("LZ4_compress_fast_extState wrote %d bytes:", size);
    for (int i = 0; i < size; i++)
        printf(" %02x", (unsigned char)block[i]);
    puts("");
    return LZ4_decompress_safe(block, again, size, sizeof again) != sizeof text || memcmp(again, text, sizeof text) != 0;
}
