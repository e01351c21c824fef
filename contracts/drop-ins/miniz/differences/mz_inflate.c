/* Inflates a raw stream with a literal/length code that does not exist. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    const unsigned char block[] = {0xdb, 0x30, 0x46};
    unsigned char room[200];
    mz_stream stream = {.next_in = block, .avail_in = sizeof block, .next_out = room, .avail_out = sizeof room};
    mz_inflateInit2(&stream, -15);
    int result = mz_inflate(&stream, MZ_NO_FLUSH);
    printf("mz_inflate(&stream, MZ_NO_FLUSH) returned %d and wrote %lu bytes\n", result, stream.total_out);
    return result != MZ_DATA_ERROR;
}
