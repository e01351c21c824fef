/* Compresses a text at level 9: the streams differ, and the text comes back from each. */
#include <build/vendor/miniz-sys/miniz.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const unsigned char text[] = "hello hello hello, how do you do, how do you do";
    unsigned char made[200], again[sizeof text];
    mz_ulong size = sizeof made, length = sizeof again;
    if (mz_compress2(made, &size, text, sizeof text, 9) != MZ_OK)
        return 1;
    printf("mz_compress2 wrote %lu bytes:", (unsigned long)size);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", made[i]);
    puts("");
    return mz_uncompress(again, &length, made, size) != MZ_OK || memcmp(again, text, sizeof text) != 0;
}
