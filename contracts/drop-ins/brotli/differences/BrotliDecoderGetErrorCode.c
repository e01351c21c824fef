/* Asks a new decoder for its last error: it is to be asked only after one. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    printf("BrotliDecoderGetErrorCode(state) returned %d\n", (int)BrotliDecoderGetErrorCode(state));
    BrotliDecoderDestroyInstance(state);
    return 0;
}
