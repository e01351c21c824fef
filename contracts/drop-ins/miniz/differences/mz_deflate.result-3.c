/* Flushes a stream in which nothing is, three times. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char room[5];
    mz_stream stream = {.next_in = room};
    mz_deflateInit(&stream, 9);
    stream.next_out = room, stream.avail_out = 2;
    mz_deflate(&stream, MZ_SYNC_FLUSH);
    stream.next_out = room, stream.avail_out = 5;
    mz_deflate(&stream, MZ_SYNC_FLUSH);
    stream.next_out = room, stream.avail_out = 1;
    int result = mz_deflate(&stream, MZ_NO_FLUSH);
    printf("mz_deflate(&stream, MZ_NO_FLUSH) returned %d and wrote %u bytes\n", result, 1 - stream.avail_out);
    return result != (stream.avail_out == 0 ? MZ_OK : MZ_BUF_ERROR);
}
