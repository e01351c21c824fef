/* Decompresses a block with a distance code that does not exist. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    const unsigned char block[] = {0xcb, 0x24, 0xf4, 0x70, 0x48, 0xcd, 0x00, 0x78};
    size_t length = 0;
    unsigned char *text = tinfl_decompress_mem_to_heap(block, sizeof block, &length, 0);
    printf("tinfl_decompress_mem_to_heap returned %s of %zu bytes\n", text ? "a text" : "NULL", length);
    return text != NULL;
}
