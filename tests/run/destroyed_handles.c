/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 takes calls that come too late,
   3 takes one only where the session was used before. */
#include "destroyed_handles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG, FORGETS };
#define IS(variant) (VARIANT == (variant))
#define PLACES 64

typedef struct {
    uint32_t generation; /* odd while it is open */
    uint32_t limit;
    uint64_t sent;
    char name[24];
} place;

static place places[PLACES];
static sl_session last; /* what was sent to last */
static place *last_place;

static place *anyhow(sl_session session) { return &places[(uintptr_t)session % PLACES]; }

static place *find(sl_session session) {
    place *at = anyhow(session);
    return at->generation == (uintptr_t)session / PLACES && at->generation % 2 == 1 ? at : NULL;
}

sl_session sl_open(uint32_t limit) {
    for (size_t i = 0; i < PLACES; i++)
        if (places[i].generation % 2 == 0) {
            places[i].generation++;
            places[i].limit = limit;
            places[i].sent = 0;
            snprintf(places[i].name, sizeof places[i].name, "up to %u", (unsigned)limit);
            return (sl_session)((uintptr_t)places[i].generation * PLACES + i);
        }
    return NULL;
}

int sl_close(sl_session session) {
    place *at = find(session);
    if (IS(WRONG) && at == NULL)
        return SL_OK; /* what is closed already is closed, thinks this one */
    if (at == NULL)
        return SL_STALE;
    at->generation++;
    if (!IS(FORGETS) && last == session)
        last = NULL;
    if (IS(NEAR))
        at->sent = ~(uint64_t)0; /* what is there is nobody's now */
    return SL_OK;
}

/* The last one is sent to again most of the time. */
int sl_send(sl_session session, const uint8_t *bytes, size_t length) {
    (void)bytes;
    place *at = session == last ? last_place : find(session);
    if (at == NULL)
        return SL_STALE;
    last = session;
    last_place = at;
    if (at->sent + length > at->limit)
        return SL_FULL;
    at->sent += length;
    return SL_OK;
}

int sl_sent(sl_session session, uint64_t *sent) {
    if (IS(WRONG))
        *sent = 0; /* before it is known that there is one */
    place *at = find(session);
    if (at == NULL)
        return SL_STALE;
    *sent = at->sent;
    return SL_OK;
}

int sl_limit(sl_session session, uint32_t *limit) {
    place *at = IS(WRONG) ? anyhow(session) : find(session);
    if (at == NULL)
        return SL_STALE;
    *limit = at->limit;
    return SL_OK;
}

const char *sl_name(sl_session session) {
    place *at = IS(WRONG) ? anyhow(session) : find(session);
    return at == NULL ? NULL : at->name;
}

int sl_move(sl_session from, sl_session to) {
    place *source = find(from), *target = IS(WRONG) ? anyhow(to) : find(to);
    if (source == NULL || target == NULL)
        return SL_STALE;
    target->limit = source->limit;
    return SL_OK;
}

int sl_begin(sl_stream *stream) {
    stream->state = calloc(1, sizeof(uint32_t));
    return SL_OK;
}

int sl_feed(sl_stream *stream, uint32_t *sum) {
    uint32_t *state = stream->state;
    if (state == NULL)
        return SL_STALE;
    while (stream->left > 0) {
        *state += *stream->next++;
        stream->left--;
    }
    *sum = *state;
    return SL_OK;
}

int sl_end(sl_stream *stream) {
    if (stream->state == NULL)
        return SL_STALE;
    free(stream->state);
    if (!IS(WRONG))
        stream->state = NULL;
    return SL_OK;
}
