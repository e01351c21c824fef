/* Loads a dictionary of five bytes, of which a library may make use or not. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    LZ4_stream_t *stream = LZ4_createStream();
    int size = LZ4_loadDict(stream, "hello", 5);
    LZ4_freeStream(stream);
    printf("LZ4_loadDict(stream, \"hello\", 5) returned %d\n", size);
    return size < 0 || size > 5;
}
