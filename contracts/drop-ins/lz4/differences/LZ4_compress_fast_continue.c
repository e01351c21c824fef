/* Compresses a text as a block of a stream: the blocks differ, and the text comes back from each. */
#include <lz4.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char text[] = "hello hello hello, how do you do, how do you do";
    char block[200], again[sizeof text];
    LZ4_stream_t *stream = LZ4_createStream();
    int size = LZ4_compress_fast_continue(stream, text, block, sizeof text, sizeof block, 1);
    LZ4_freeStream(stream);
    printf("LZ4_compress_fast_continue wrote %d bytes:", size);
    for (int i = 0; i < size; i++)
        printf(" %02x", (unsigned char)block[i]);
    puts("");
    return LZ4_decompress_safe(block, again, size, sizeof again) != sizeof text || memcmp(again, text, sizeof text) != 0;
}
