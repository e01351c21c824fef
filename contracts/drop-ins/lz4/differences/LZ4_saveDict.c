/* Saves a dictionary of five bytes, which a library may have loaded or not. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    char safe[64];
    LZ4_stream_t *stream = LZ4_createStream();
    LZ4_loadDict(stream, "hello", 5);
    int size = LZ4_saveDict(stream, safe, sizeof safe);
    LZ4_freeStream(stream);
    printf("LZ4_saveDict(stream, safe, 64) returned %d\n", size);
    return size < 0 || size > 5;
}
