/* Ends a stream that was found corrupt: how much of it was looked at is told nowhere. */
#include <bzlib.h>
#include <stdio.h>

int main(void)
{
    char data[] = "BZh91AY&SY\xc1\xc0\x80\xe2\x00\x00\x01\x41\x00\x00\x10\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
    char room[100];
    bz_stream stream = {.next_in = data, .avail_in = sizeof data - 1, .next_out = room, .avail_out = sizeof room};
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
        return 1;
    int status = BZ2_bzDecompress(&stream);
    int ended = BZ2_bzDecompressEnd(&stream);
    printf("BZ2_bzDecompress returned %d, and %u bytes are left after BZ2_bzDecompressEnd\n", status, stream.avail_in);
    return status != BZ_DATA_ERROR || ended != BZ_OK;
}
