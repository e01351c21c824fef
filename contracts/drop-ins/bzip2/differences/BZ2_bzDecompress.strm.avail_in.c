/* Both read all of it until the end, and before that one is ahead of the other. */
#include <bzlib.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    static char text[200] = "hello hello hello", packed[1000], room[200];
    unsigned length = sizeof packed, end;
    bz_stream strm = {0};

    BZ2_bzBuffToBuffCompress(packed, &length, text, sizeof text, 9, 0, 0);
    BZ2_bzDecompressInit(&strm, 0, 0);
    strm.next_in = packed;
    strm.avail_in = length;
    strm.next_out = room;
    strm.avail_out = 1;
    BZ2_bzDecompress(&strm);
    printf("BZ2_bzDecompress has left %u of %u bytes\n", strm.avail_in, length);
    strm.avail_out = sizeof room - 1;
    end = BZ2_bzDecompress(&strm) == BZ_STREAM_END && strm.next_in == packed + length;
    BZ2_bzDecompressEnd(&strm);
    return !end || memcmp(room, text, sizeof text) != 0;
}
