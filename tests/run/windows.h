#include <stddef.h>
#include <stdint.h>

/* A stream in the caller's memory: `avail_in` bytes to read at `next_in`, room for `avail_out` bytes at `next_out`. */
typedef struct wn_stream {
    const uint8_t *next_in;
    size_t avail_in;
    uint8_t *next_out;
    uint32_t avail_out;
    uint32_t total;
    const uint8_t *seen;
    uint8_t held[8];
    uint8_t holds, key, escaped;
} wn_stream;

enum { WN_OK, WN_DONE };

/* Copies: every byte is written once. */
int wn_copy_init(wn_stream *stream);
int wn_copy(wn_stream *stream);
void wn_copy_end(wn_stream *stream);

/* Adds a key to every byte, which grows by one with each. */
int wn_mask_init(wn_stream *stream);
int wn_mask(wn_stream *stream);
void wn_mask_end(wn_stream *stream);

/* Adds up what it reads; nothing is written. */
int wn_sum_init(wn_stream *stream);
uint32_t wn_sum(wn_stream *stream);
void wn_sum_end(wn_stream *stream);

/* Takes the backslash before a byte away, and sets the highest bit of that. */
int wn_plain_init(wn_stream *stream);
int wn_plain(wn_stream *stream);
void wn_plain_end(wn_stream *stream);

/* Expects memory that is all zeros, as from `memset`, and sets nothing itself. */
int wn_blank_init(wn_stream *stream);
uint32_t wn_blank(wn_stream *stream);
void wn_blank_end(wn_stream *stream);
