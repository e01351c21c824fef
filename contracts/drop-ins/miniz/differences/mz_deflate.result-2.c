/* Compresses nothing, and has no pointer to it either. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char room[50];
    mz_stream stream = {.next_in = NULL, .avail_in = 0, .next_out = room, .avail_out = sizeof room};
    mz_deflateInit(&stream, 6);
    int result = mz_deflate(&stream, MZ_FINISH);
    printf("mz_deflate(&stream, MZ_FINISH) returned %d and wrote %lu bytes\n", result, stream.total_out);
    return result != MZ_STREAM_END && result != MZ_STREAM_ERROR;
}
