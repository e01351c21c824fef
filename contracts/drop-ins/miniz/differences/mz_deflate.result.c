/* Flushes in a way that there is not. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    unsigned char room[50];
    mz_stream stream = {.next_in = (const unsigned char *)"hello", .avail_in = 5, .next_out = room, .avail_out = sizeof room};
    mz_deflateInit(&stream, 6);
    int result = mz_deflate(&stream, 99);
    printf("mz_deflate(&stream, 99) returned %d\n", result);
    return result != MZ_PARAM_ERROR;
}
