/* Inflates a stream of which half is there. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    const unsigned char half[] = {120, 156, 203, 72, 205};
    unsigned char room[50];
    mz_stream stream = {.next_in = half, .avail_in = sizeof half, .next_out = room, .avail_out = sizeof room};
    mz_inflateInit(&stream);
    int result = mz_inflate(&stream, MZ_FINISH);
    printf("mz_inflate(&stream, MZ_FINISH) returned %d, and %u bytes of input are left\n", result, stream.avail_in);
    return result != MZ_BUF_ERROR;
}
