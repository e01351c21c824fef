/* Compresses a text: the blocks differ, and the text comes back from each. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>
#include <string.h>

static unsigned char made[200];
static size_t size;

static mz_bool put(const void *piece, int length, void *user)
{
    (void)user;
    memcpy(made + size, piece, length);
    size += length;
    return MZ_TRUE;
}

int main(void)
{
    const unsigned char text[] = "hello hello hello, how do you do, how do you do";
    unsigned char again[sizeof text];
    if (!tdefl_compress_mem_to_output(text, sizeof text, put, NULL, TDEFL_WRITE_ZLIB_HEADER | 128))
        return 1;
    printf("tdefl_compress_mem_to_output wrote %lu bytes:", (unsigned long)size);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", made[i]);
    puts("");
    size_t length = tinfl_decompress_mem_to_mem(again, sizeof again, made, size, TINFL_FLAG_PARSE_ZLIB_HEADER);
    return length != sizeof text || memcmp(again, text, sizeof text) != 0;
}
