/* Decompresses a block with a distance code that does not exist. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>
#include <sys/types.h>

int main(void)
{
    const unsigned char block[] = {0xcb, 0x24, 0xf4, 0x70, 0x48, 0xcd, 0x00, 0x78};
    unsigned char text[200];
    size_t length = tinfl_decompress_mem_to_mem(text, sizeof text, block, sizeof block, 0);
    printf("tinfl_decompress_mem_to_mem returned %zd\n", (ssize_t)length);
    return length != TINFL_DECOMPRESS_MEM_TO_MEM_FAILED;
}
