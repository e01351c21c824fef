/* One source. VARIANT 0 is sound and aborts when it is called out of order; 1 comes as near to the defects as sound code
   can. 2 accepts what it should refuse, 3 stays closed when it is reset, 4 answers what nothing provides for, 5 gives
   memory back twice when it was reset and not used again, 6 loses memory when it is reset, 7 takes a second label for
   the first. */
#include "call_states.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, ACCEPTS, FORGETS, STRAYS, REUSES, LOSES, DOUBLES };
#define IS(variant) (VARIANT == (variant))

struct cs_channel {
    enum cs_state state;
    char *label;
    uint8_t *kept;
    size_t size;
    size_t total;
    unsigned uses;
};

static void must(int lawful) {
    if (!lawful)
        abort();
}

cs_channel *cs_new(void) { return calloc(1, sizeof(cs_channel)); }

void cs_free(cs_channel *channel) {
    must(channel->state == CS_FRESH || channel->state == CS_CLOSED);
    free(channel->label);
    free(channel->kept);
    free(channel);
}

int cs_label(cs_channel *channel, const char *label) {
    must(channel->state == CS_FRESH && channel->label == NULL);
    channel->label = strdup(label);
    return CS_OK;
}

int cs_connect(cs_channel *channel, unsigned port) {
    must(channel->state == CS_FRESH);
    if (port == 0)
        return CS_BAD;
    if (IS(STRAYS) && port == 1000)
        return CS_MORE; /* later, it means */
    channel->state = CS_OPEN;
    channel->kept = malloc(64);
    channel->uses++;
    return CS_OK;
}

int cs_send(cs_channel *channel, const uint8_t *bytes, size_t length, int last) {
    if (channel->state != CS_OPEN) {
        must(channel->state != CS_FRESH);
        if (IS(ACCEPTS) && channel->state == CS_CLOSED)
            return CS_OK;
        return CS_LATE;
    }
    for (size_t i = 0; i < length && channel->size < 64; i++)
        channel->kept[channel->size++] = bytes[i];
    channel->total += length;
    if (last)
        channel->state = CS_HALF;
    return CS_OK;
}

int cs_read(cs_channel *channel, uint8_t *out, size_t room, size_t *left) {
    must(channel->state == CS_HALF);
    size_t part = room < channel->size ? room : channel->size;
    memcpy(out, channel->kept, part);
    memmove(channel->kept, channel->kept + part, channel->size - part);
    channel->size -= part;
    *left = channel->size;
    if (channel->size == 0)
        channel->state = CS_CLOSED;
    return IS(NEAR) && channel->size > 0 ? CS_MORE : CS_OK;
}

int cs_abort(cs_channel *channel) {
    must(channel->state == CS_OPEN || channel->state == CS_HALF);
    channel->size = 0;
    channel->state = CS_CLOSED;
    return CS_OK;
}

int cs_reset(cs_channel *channel) {
    must(channel->state == CS_CLOSED);
    if (!IS(LOSES))
        free(channel->kept);
    if (!IS(REUSES))
        channel->kept = NULL;
    if (!IS(DOUBLES)) {
        free(channel->label);
        channel->label = NULL;
    }
    channel->size = 0;
    channel->total = 0;
    if (!IS(FORGETS))
        channel->state = CS_FRESH;
    return CS_OK;
}

enum cs_state cs_look(const cs_channel *channel) { return channel->state; }

size_t cs_total(const cs_channel *channel) { return channel->total; }
