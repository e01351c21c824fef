/* Asks for the name of a code: the header has none to hold the texts to. */
#include "brotli.h"
#include <stdio.h>

int main(void)
{
    const char *name = BrotliDecoderErrorString(BROTLI_DECODER_ERROR_FORMAT_PADDING_1);
    printf("BrotliDecoderErrorString(%d) returned \"%s\"\n", BROTLI_DECODER_ERROR_FORMAT_PADDING_1, name);
    return name == NULL;
}
