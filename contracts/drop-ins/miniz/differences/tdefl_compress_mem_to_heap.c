/* Compresses a text: the blocks differ, and the text comes back from each. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char text[] = "hello hello hello, how do you do, how do you do";
    unsigned char again[sizeof text];
    size_t size = 0;
    unsigned char *made = tdefl_compress_mem_to_heap(text, sizeof text, &size, TDEFL_WRITE_ZLIB_HEADER | 128);
    printf("tdefl_compress_mem_to_heap wrote %lu bytes:", (unsigned long)size);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", made[i]);
    puts("");
    size_t length = tinfl_decompress_mem_to_mem(again, sizeof again, made, size, TINFL_FLAG_PARSE_ZLIB_HEADER);
    return length != sizeof text || memcmp(again, text, sizeof text) != 0;
}
