/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "moved_parameters.h"
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

struct mp_filter {
    int escaped;
    size_t total;
};

mp_filter *mp_filter_new(void) { return calloc(1, sizeof(mp_filter)); }
void mp_filter_free(mp_filter *filter) { free(filter); }

int mp_filter_run(mp_filter *filter, int last, size_t *avail_in, const uint8_t **next_in, size_t *avail_out,
                  uint8_t **next_out, size_t *total) {
    (void)last;
    if (IS(WRONG))
        filter->escaped = 0;
    while (*avail_in && *avail_out) {
        uint8_t byte = *(*next_in)++;
        --*avail_in;
        if (byte == '\\' && !filter->escaped) {
            filter->escaped = 1;
            continue;
        }
        *(*next_out)++ = filter->escaped ? byte | 0x80 : byte;
        filter->escaped = 0;
        --*avail_out;
        filter->total++;
    }
    if (total != NULL)
        *total = filter->total;
    return *avail_in != 0;
}

struct mp_sum {
    const uint8_t *seen;
    unsigned total;
    uint8_t held, holds;
};

mp_sum *mp_sum_new(void) { return calloc(1, sizeof(mp_sum)); }
void mp_sum_free(mp_sum *sum) { free(sum); }

unsigned mp_sum_add(mp_sum *sum, const uint8_t **next_in, uint32_t *avail_in) {
    if (IS(WRONG) && sum->seen != NULL)
        sum->total += *sum->seen; /* the last byte of the call before, where that lies no more */
    if (IS(NEAR) && sum->holds)
        sum->total += sum->held; /* a copy of it */
    sum->seen = NULL;
    sum->holds = 0;
    while (*avail_in) {
        if (*avail_in == 1 && !IS(SOUND)) {
            sum->seen = *next_in;
            sum->held = **next_in;
            sum->holds = 1;
        } else {
            sum->total += **next_in;
        }
        ++*next_in;
        --*avail_in;
    }
    return sum->total;
}

int mp_copy(char **in, size_t *left, char **out, size_t *room) {
    while (in != NULL && *left && *room) {
        if (IS(NEAR) && *left > 1 && *left == *room) {
            memcpy(*out, *in, *left);
            *out += *left;
            *in += *left;
            *left = *room = 0;
            break;
        }
        *(*out)++ = *(*in)++;
        --*left;
        --*room;
        if (IS(WRONG) && *left == 1)
            --*left; /* lost */
    }
    return *left ? -1 : 0;
}

size_t mp_word(const char **text) {
    size_t length = strcspn(*text, " ");
    *text += length;
    if (**text == '\0')
        *text = NULL;
    else
        *text += IS(WRONG) ? 2 : 1;
    return length;
}

struct mp_press {
    size_t calls;
};

mp_press *mp_press_new(void) { return calloc(1, sizeof(mp_press)); }
void mp_press_free(mp_press *press) { free(press); }

static uint8_t pressed(uint8_t byte) { return byte ^ (IS(WRONG) && byte < 0x40 ? 0x54 : 0x55); }

int mp_press_run(mp_press *press, mp_output *output, mp_input *input) {
    press->calls++;
    while (input->pos < input->size && output->pos < output->size)
        ((uint8_t *)output->dst)[output->pos++] = pressed(((const uint8_t *)input->src)[input->pos++]);
    if (IS(WRONG) && input->size % 2 && input->pos == input->size) { /* as if the windows were zlib's */
        input->src = (const uint8_t *)input->src + input->pos;
        input->size = input->pos = 0;
    }
    return input->pos < input->size;
}

int mp_sizes(void *dst, size_t *dst_size, const void *src, size_t *src_size) {
    size_t size = *dst_size < *src_size ? *dst_size : *src_size;
    memcpy(dst, src, size);
    *src_size = IS(WRONG) && size == 5 ? size + 1 : size;
    *dst_size = size;
    return 0;
}

int mp_places(const uint8_t *in, size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size) {
    while (*in_pos < in_size && *out_pos < out_size)
        out[(*out_pos)++] = in[(*in_pos)++];
    if (IS(WRONG) && *in_pos > 3)
        *in_pos = 3; /* backwards, where it was further */
    return *in_pos < in_size;
}

int mp_next(const uint8_t **at, const uint8_t *end) {
    if (*at == end)
        return -1;
    int one = *(*at)++;
    if (one < 0x80)
        return one;
    if (*at == end) {
        *at += IS(WRONG); /* there is no second byte */
        return IS(NEAR) ? one & 0x3f : one;
    }
    return (one & 0x1f) << 6 | (*(*at)++ & 0x3f);
}
