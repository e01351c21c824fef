/* Compresses nothing as a stream for the third time, and counts the pages of memory that this touches anew. */
#include "brotli.h"
#include <stdio.h>
#include <sys/resource.h>

int main(void)
{
    struct rusage before, after;
    for (int call = 0; call < 3; call++) {
        uint8_t made[100], *out = made;
        const uint8_t *in = made;
        size_t left = 0, room = sizeof made;
        getrusage(RUSAGE_SELF, &before);
        BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
        if (!BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &left, &in, &room, &out, NULL))
            return 1;
        BrotliEncoderDestroyInstance(state);
        getrusage(RUSAGE_SELF, &after);
    }
    printf("a stream of nothing took %ld page faults\n", after.ru_minflt - before.ru_minflt);
    return 0;
}
