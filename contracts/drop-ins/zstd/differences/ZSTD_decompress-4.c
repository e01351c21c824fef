/* Decompresses a block of whose bits three are left over when its sequences are read. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x65, 0x00, 0x00, 0x30, 0x61, 0x61, 0x61, 0x61, 0x61, 0x00, 0x01, 0x00, 0xa9, 0x01, 0x11};
    char room[40];
    size_t size = ZSTD_decompress(room, sizeof room, frame, sizeof frame);
    int failed = size > (size_t)-120; /* ZSTD_isError */
    printf("ZSTD_decompress %s %zd\n", failed ? "failed with" : "returned", size);
    return !failed;
}
