/* Decodes a packet that is nearly silent, and conceals the loss of the next one. */
#include <opus.h>
#include <stdio.h>
#include <stdlib.h>

static int loudest(const opus_int16 *pcm, int count)
{
    int found = 0;
    for (int i = 0; i < count; i++)
        found = abs(pcm[i]) > found ? abs(pcm[i]) : found;
    return found;
}

int main(void)
{
    const unsigned char packet[] = {0x08, 0xff, 0xfe};
    static opus_int16 pcm[960 * 2];
    int error;
    OpusDecoder *decoder = opus_decoder_create(48000, 2, &error);
    int samples = opus_decode(decoder, packet, sizeof packet, pcm, 960, 0);
    int before = loudest(pcm, samples * 2);
    samples = opus_decode(decoder, NULL, 0, pcm, 960, 0);
    int concealed = loudest(pcm, samples * 2);
    printf("the loudest sample of the packet is %d, that of the loss %d\n", before, concealed);
    opus_decoder_destroy(decoder);
    return concealed > 10 * before;
}
