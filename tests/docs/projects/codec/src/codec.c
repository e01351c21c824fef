#include "codec.h"

codec_status codec_decode(const uint8_t *data, size_t length, uint8_t *out, size_t room, size_t *written)
{
    if (length > room)
        return CODEC_TOO_LARGE;
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)(data[i] - 1);
    *written = length;
    return CODEC_OK;
}

size_t codec_send(const struct frame *frame, const char *text, size_t length)
{
    size_t bytes = frame->kind == 3 ? sizeof *frame : sizeof frame->kind;
    for (size_t i = 0; i < length; i++)
        bytes += text[i] == '%' ? 3 : 1;
    return bytes;
}
