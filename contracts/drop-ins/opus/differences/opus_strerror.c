/* Asks for an error as text: the header gives no texts. */
#include <opus.h>
#include <stdio.h>

int main(void)
{
    printf("opus_strerror(OPUS_OK) returned \"%s\"\n", opus_strerror(OPUS_OK));
    return opus_strerror(OPUS_OK) == NULL;
}
