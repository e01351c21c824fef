/* Resets a stream, and compresses another text into the room that is left. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char made[200];
    mz_stream stream = {.next_in = (const unsigned char *)"hello", .avail_in = 5, .next_out = made, .avail_out = sizeof made};
    mz_deflateInit(&stream, 6);
    mz_deflate(&stream, MZ_FINISH);
    int reset = mz_deflateReset(&stream);
    stream.next_in = (const unsigned char *)"world";
    stream.avail_in = 5;
    int result = mz_deflate(&stream, MZ_FINISH);
    printf("mz_deflateReset returned %d, and mz_deflate %d with room for %u bytes\n", reset, result, stream.avail_out);
    return result != MZ_STREAM_END;
}
