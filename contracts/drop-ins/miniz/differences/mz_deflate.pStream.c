/* Compresses a text as a stream: the streams differ, and the text comes back from each. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char text[] = "hello hello hello, how do you do, how do you do";
    unsigned char made[200], again[sizeof text];
    mz_ulong length = sizeof again;
    mz_stream stream = {.next_in = text, .avail_in = sizeof text, .next_out = made, .avail_out = sizeof made};
    if (mz_deflateInit(&stream, 6) != MZ_OK || mz_deflate(&stream, MZ_FINISH) != MZ_STREAM_END)
        return 1;
    printf("mz_deflate wrote %lu bytes:", (unsigned long)stream.total_out);
    for (size_t i = 0; i < stream.total_out; i++)
        printf(" %02x", made[i]);
    puts("");
    mz_deflateEnd(&stream);
    return mz_uncompress(again, &length, made, stream.total_out) != MZ_OK || memcmp(again, text, sizeof text) != 0;
}
