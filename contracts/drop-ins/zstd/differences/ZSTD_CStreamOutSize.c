/* Asks how large a buffer is best. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    size_t size = ZSTD_CStreamOutSize();
    printf("ZSTD_CStreamOutSize() returned %zu\n", size);
    return size == 0;
}
