/* Gives a stream some text: how much to give it next is a hint. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    char frame[100];
    ZSTD_inBuffer input = {"hello", 5, 0};
    ZSTD_outBuffer output = {frame, sizeof frame, 0};
    ZSTD_CStream *stream = ZSTD_createCStream();
    size_t next = ZSTD_compressStream(stream, &output, &input);
    ZSTD_freeCStream(stream);
    printf("ZSTD_compressStream returned %zu\n", next);
    return ZSTD_isError(next) != 0 || input.pos != 5;
}
