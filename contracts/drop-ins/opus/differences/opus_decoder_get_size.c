/* Asks for how much room a state needs: each library has one of its own. */
#include <opus.h>
#include <stdio.h>

int main(void)
{
    printf("opus_decoder_get_size(2) returned %d\n", opus_decoder_get_size(2));
    return opus_decoder_get_size(2) <= 0;
}
