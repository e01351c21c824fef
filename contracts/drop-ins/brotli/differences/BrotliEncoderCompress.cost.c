/* Compresses three bytes for the third time, and counts the pages of memory that this touches anew. */
#include "brotli.h"
#include <stdio.h>
#include <sys/resource.h>

int main(void)
{
    uint8_t made[100];
    struct rusage before, after;
    for (int call = 0; call < 3; call++) {
        size_t size = sizeof made;
        getrusage(RUSAGE_SELF, &before);
        if (!BrotliEncoderCompress(5, 10, BROTLI_MODE_GENERIC, 3, (const uint8_t *)"hel", &size, made))
            return 1;
        getrusage(RUSAGE_SELF, &after);
    }
    printf("BrotliEncoderCompress took %ld page faults for 3 bytes\n", after.ru_minflt - before.ru_minflt);
    return 0;
}
