/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "windows.h"

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

static void clear(wn_stream *stream) {
    stream->total = 0;
    stream->seen = NULL;
    stream->holds = stream->escaped = 0;
    stream->key = 1;
}

int wn_copy_init(wn_stream *stream) {
    clear(stream);
    return WN_OK;
}

int wn_copy(wn_stream *stream) {
    while (stream->avail_in && stream->avail_out) {
        if (IS(WRONG) && stream->total == 9)
            stream->avail_in--; /* lost */
        *stream->next_out++ = *stream->next_in++;
        stream->avail_in -= stream->avail_in != 0;
        stream->avail_out--;
        stream->total++;
    }
    return stream->avail_in ? WN_OK : WN_DONE;
}

void wn_copy_end(wn_stream *stream) { (void)stream; }

int wn_mask_init(wn_stream *stream) {
    clear(stream);
    if (IS(WRONG))
        stream->key = stream->held[0]; /* nobody has set that */
    return WN_OK;
}

int wn_mask(wn_stream *stream) {
    while (stream->avail_in && stream->avail_out) {
        stream->held[0] = *stream->next_in++; /* written before it is read: what stood there does not matter */
        *stream->next_out++ = (uint8_t)(stream->held[0] + stream->key);
        if (!IS(NEAR) || stream->avail_in > 1 || stream->avail_out > 1)
            stream->key++;
        else
            stream->key = (uint8_t)(stream->key + 1);
        stream->avail_in--;
        stream->avail_out--;
    }
    return WN_OK;
}

void wn_mask_end(wn_stream *stream) { (void)stream; }

int wn_sum_init(wn_stream *stream) {
    clear(stream);
    return WN_OK;
}

uint32_t wn_sum(wn_stream *stream) {
    if (IS(WRONG) && stream->seen != NULL)
        stream->total += *stream->seen; /* the last byte of the call before, where that lies no more */
    if (IS(NEAR) && stream->holds)
        stream->total += stream->held[0]; /* a copy of it */
    stream->holds = 0;
    while (stream->avail_in) {
        stream->seen = stream->next_in;
        stream->held[0] = *stream->next_in++;
        if (!IS(SOUND) && stream->avail_in == 1) {
            stream->holds = 1;
        } else {
            stream->total += stream->held[0];
            stream->seen = NULL;
        }
        stream->avail_in--;
    }
    return stream->total;
}

void wn_sum_end(wn_stream *stream) { (void)stream; }

int wn_plain_init(wn_stream *stream) {
    clear(stream);
    return WN_OK;
}

int wn_plain(wn_stream *stream) {
    int escaped = IS(WRONG) ? 0 : stream->escaped;
    while (stream->avail_in && stream->avail_out) {
        uint8_t byte = *stream->next_in++;
        stream->avail_in--;
        if (byte == '\\' && !escaped) {
            escaped = 1;
            continue;
        }
        *stream->next_out++ = escaped ? byte | 0x80 : byte;
        escaped = 0;
        stream->avail_out--;
    }
    stream->escaped = (uint8_t)escaped;
    return stream->avail_in ? WN_OK : WN_DONE;
}

void wn_plain_end(wn_stream *stream) { (void)stream; }

int wn_blank_init(wn_stream *stream) {
    (void)stream;
    return WN_OK;
}

uint32_t wn_blank(wn_stream *stream) {
    stream->total += (uint32_t)stream->avail_in;
    stream->next_in += stream->avail_in;
    stream->avail_in = 0;
    return stream->total;
}

void wn_blank_end(wn_stream *stream) { (void)stream; }
