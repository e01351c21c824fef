/* A channel whose calls have an order: it is connected, sent through, read to its end, closed, and used again. */
#ifndef CALL_STATES_H
#define CALL_STATES_H

#include <stddef.h>
#include <stdint.h>

enum { CS_OK = 0, CS_MORE = 1, CS_LATE = -1, CS_BAD = -2 };
enum cs_state { CS_FRESH, CS_OPEN, CS_HALF, CS_CLOSED };

typedef struct cs_channel cs_channel;

cs_channel *cs_new(void);
void cs_free(cs_channel *channel);                     /* before it is connected, or when it is closed */
int cs_label(cs_channel *channel, const char *label);  /* once, before it is connected */
int cs_connect(cs_channel *channel, unsigned port);
int cs_send(cs_channel *channel, const uint8_t *bytes, size_t length, int last);
int cs_read(cs_channel *channel, uint8_t *out, size_t room, size_t *left);
int cs_abort(cs_channel *channel);
int cs_reset(cs_channel *channel);
enum cs_state cs_look(const cs_channel *channel);
size_t cs_total(const cs_channel *channel);

#endif
