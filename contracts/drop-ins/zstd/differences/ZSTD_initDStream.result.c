/* Asks how much a new stream is best given first. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t first = ZSTD_initDStream(stream);
    ZSTD_freeDStream(stream);
    printf("ZSTD_initDStream(stream) returned %zu\n", first);
    return first == 0 || ZSTD_isError(first);
}
