/* Asks for how long a text can become: each bound is one of its own encoder. */
#include <stdio.h>
#include <zlib.h>

int main(void)
{
    uLong most = compressBound(1000);
    printf("compressBound(1000) returned %lu\n", most);
    return most < 1000;
}
