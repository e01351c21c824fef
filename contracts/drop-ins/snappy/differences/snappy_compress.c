/* Compresses a text: the streams differ, and the text comes back from each. */
#include <snappy-c.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char text[] = "the hello do do of do how is new is in";
    char stream[200], again[sizeof text];
    size_t size = sizeof stream, length = sizeof again;
    if (snappy_compress(text, sizeof text, stream, &size) != SNAPPY_OK)
        return 1;
    printf("snappy_compress wrote %zu bytes:", size);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", (unsigned char)stream[i]);
    puts("");
    return snappy_uncompress(stream, size, again, &length) != SNAPPY_OK || memcmp(again, text, sizeof text) != 0;
}
