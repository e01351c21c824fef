/* Has no input yet, and no pointer to it either. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char room[50];
    mz_stream stream = {.next_in = NULL, .avail_in = 0, .next_out = room, .avail_out = sizeof room};
    mz_inflateInit(&stream);
    int result = mz_inflate(&stream, MZ_NO_FLUSH);
    printf("mz_inflate(&stream, MZ_NO_FLUSH) returned %d\n", result);
    return result != MZ_BUF_ERROR && result != MZ_STREAM_ERROR;
}
