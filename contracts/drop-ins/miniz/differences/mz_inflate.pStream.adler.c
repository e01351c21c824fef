/* Inflates "hello" from a raw stream. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    const unsigned char raw[] = {203, 72, 205, 201, 201, 7, 0};
    unsigned char room[50];
    mz_stream stream = {.next_in = raw, .avail_in = sizeof raw, .next_out = room, .avail_out = sizeof room};
    mz_inflateInit2(&stream, -MZ_DEFAULT_WINDOW_BITS);
    int result = mz_inflate(&stream, MZ_FINISH);
    mz_ulong adler = mz_adler32(MZ_ADLER32_INIT, room, stream.total_out);
    printf("mz_inflate returned %d, and `adler` is %lx of a text whose sum is %lx\n", result, stream.adler, adler);
    return stream.adler != adler;
}
