/* Asks for how long a text can become: each bound is one of its own encoder. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    int most = LZ4_compressBound(1000);
    printf("LZ4_compressBound(1000) returned %d\n", most);
    return most < 1000;
}
