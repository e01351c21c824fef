/* Sets a parameter to a value of its range. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    int accepted = BrotliEncoderSetParameter(state, BROTLI_PARAM_NPOSTFIX, 0);
    printf("BrotliEncoderSetParameter(state, BROTLI_PARAM_NPOSTFIX, 0) returned %d\n", accepted);
    BrotliEncoderDestroyInstance(state);
    return accepted != BROTLI_TRUE;
}
