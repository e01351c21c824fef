/* Encodes a tone: the packets differ, and each decodes to as many samples. */
#include <opus.h>
#include <stdio.h>

int main(void)
{
    static opus_int16 pcm[960 * 2], again[960 * 2];
    unsigned char packet[1500];
    int error;
    for (int i = 0; i < 960; i++)
        pcm[2 * i] = pcm[2 * i + 1] = (opus_int16)((i % 96 - 48) * 400);
    OpusEncoder *encoder = opus_encoder_create(48000, 2, OPUS_APPLICATION_AUDIO, &error);
    OpusDecoder *decoder = opus_decoder_create(48000, 2, &error);
    unsigned sum = 0;
    int size = 0, samples = 960;
    for (int frame = 0; frame < 20 && samples == 960; frame++) {
        size = opus_encode(encoder, pcm, 960, packet, sizeof packet);
        for (int i = 0; i < size; i++)
            sum = sum * 31 + packet[i];
        samples = opus_decode(decoder, packet, size, again, 960, 0);
    }
    printf("the 20th packet of opus_encode has %d bytes, all have the sum %08x\n", size, sum);
    opus_encoder_destroy(encoder);
    opus_decoder_destroy(decoder);
    return samples != 960;
}
