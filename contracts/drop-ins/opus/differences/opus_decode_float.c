/* Decodes a packet that is nearly silent, and conceals the loss of the next one. */
#include <math.h>
#include <opus.h>
#include <stdio.h>

static float loudest(const float *pcm, int count)
{
    float found = 0;
    for (int i = 0; i < count; i++)
        found = fabsf(pcm[i]) > found ? fabsf(pcm[i]) : found;
    return found;
}

int main(void)
{
    const unsigned char packet[] = {0x08, 0xff, 0xfe};
    static float pcm[960 * 2];
    int error;
    OpusDecoder *decoder = opus_decoder_create(48000, 2, &error);
    int samples = opus_decode_float(decoder, packet, sizeof packet, pcm, 960, 0);
    float before = loudest(pcm, samples * 2);
    samples = opus_decode_float(decoder, NULL, 0, pcm, 960, 0);
    float concealed = loudest(pcm, samples * 2);
    printf("the loudest sample of the packet is %g, that of the loss %g\n", before, concealed);
    opus_decoder_destroy(decoder);
    return concealed > 10 * before;
}
