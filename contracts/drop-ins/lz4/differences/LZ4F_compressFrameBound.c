/* Asks for how long a text can become: each bound is one of its own encoder. */
#include <lz4frame.h>
#include <stdio.h>

int main(void)
{
    size_t most = LZ4F_compressFrameBound(1000, NULL);
    printf("LZ4F_compressFrameBound(1000, NULL) returned %zu\n", most);
    return most < 1000;
}
