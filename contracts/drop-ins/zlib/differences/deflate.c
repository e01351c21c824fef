/* Compresses a text as a stream: the streams differ, and the text comes back from each. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void)
{
    char text[] = "hello hello hello, how do you do, how do you do";
    Bytef made[200], again[sizeof text];
    uLongf length = sizeof again;
    z_stream stream = {.next_in = (Bytef *)text, .avail_in = sizeof text, .next_out = made, .avail_out = sizeof made};
    if (deflateInit(&stream, 1) != Z_OK || deflate(&stream, Z_FINISH) != Z_STREAM_END)
        return 1;
    printf("deflate wrote %lu bytes:", stream.total_out);
    for (uLong i = 0; i < stream.total_out; i++)
        printf(" %02x", made[i]);
    puts("");
    deflateEnd(&stream);
    return uncompress(again, &length, made, stream.total_out) != Z_OK || memcmp(again, text, sizeof text) != 0;
}
