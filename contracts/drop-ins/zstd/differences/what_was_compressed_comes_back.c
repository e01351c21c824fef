/* Asks a frame that was made at once how large its content is. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    char frame[100];
    size_t size = ZSTD_compress(frame, sizeof frame, "hello", 5, 3);
    unsigned long long length = ZSTD_getFrameContentSize(frame, size);
    printf("ZSTD_getFrameContentSize of a frame of \"hello\" returned %lld\n", (long long)length);
    return length != 5;
}
