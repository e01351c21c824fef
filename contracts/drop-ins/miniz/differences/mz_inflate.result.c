/* Flushes in a way that there is not. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char room[50];
    mz_stream stream = {.next_in = (const unsigned char *)"x\x9c", .avail_in = 2, .next_out = room, .avail_out = sizeof room};
    mz_inflateInit(&stream);
    int result = mz_inflate(&stream, 99);
    printf("mz_inflate(&stream, 99) returned %d\n", result);
    return result != MZ_PARAM_ERROR;
}
