/* Asks for the length of nothing at all, which snappy_compress never makes. */
#include <snappy-c.h>
#include <stdio.h>

int main(void)
{
    size_t length = 99;
    snappy_status status = snappy_uncompressed_length("", 0, &length);
    printf("snappy_uncompressed_length(\"\", 0, &length) returned %d\n", (int)status);
    return 0;
}
