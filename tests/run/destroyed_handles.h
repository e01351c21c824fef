/* Sessions that are numbers in disguise, and streams that the caller allocates: calls that come too late are refused. */
#ifndef STALE_H
#define STALE_H

#include <stddef.h>
#include <stdint.h>

enum { SL_OK = 0, SL_STALE = -1, SL_FULL = -2 };

typedef struct sl_session_s *sl_session; /* nothing is there: a place and a generation */

sl_session sl_open(uint32_t limit);
int sl_close(sl_session session);
int sl_send(sl_session session, const uint8_t *bytes, size_t length);
int sl_sent(sl_session session, uint64_t *sent);
int sl_limit(sl_session session, uint32_t *limit);
const char *sl_name(sl_session session);
int sl_move(sl_session from, sl_session to);

typedef struct {
    const uint8_t *next;
    size_t left;
    void *state;
} sl_stream;

int sl_begin(sl_stream *stream);
int sl_feed(sl_stream *stream, uint32_t *sum);
int sl_end(sl_stream *stream);

#endif
