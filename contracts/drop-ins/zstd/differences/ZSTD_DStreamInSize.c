/* Asks how large a buffer is best. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    size_t size = ZSTD_DStreamInSize();
    printf("ZSTD_DStreamInSize() returned %zu\n", size);
    return size == 0;
}
