/* Decompresses a block of nothing. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>

int main(void)
{
    size_t length = 99;
    void *block = tinfl_decompress_mem_to_heap("\3\0", 2, &length, 0);
    printf("tinfl_decompress_mem_to_heap returned %s, and %zu as the length\n", block ? "a block" : "NULL", length);
    return block == NULL;
}
