/* Compresses a text: the streams differ, and the text comes back from each. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void)
{
    const char text[] = "hello hello hello, how do you do, how do you do";
    Bytef stream[200], again[sizeof text];
    uLongf size = sizeof stream, length = sizeof again;
    if (compress2(stream, &size, (const Bytef *)text, sizeof text, 1) != Z_OK)
        return 1;
    printf("compress2 wrote %lu bytes:", size);
    for (uLong i = 0; i < size; i++)
        printf(" %02x", stream[i]);
    puts("");
    return uncompress(again, &length, stream, size) != Z_OK || memcmp(again, text, sizeof text) != 0;
}
