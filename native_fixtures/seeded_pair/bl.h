/* A small codec: frames of blocks, streams of them, and what programs do around that. */
#ifndef BL_H
#define BL_H

#include <stddef.h>
#include <stdint.h>

#define BL_BLOCK 16   /* the most bytes that one block stands for */
#define BL_MOST 1000  /* the most bytes in a frame */
#define BL_DEFAULT 6  /* the level of a stream that is given 0 */
#define BL_LONGEST 64 /* the longest text that is quoted */

enum bl_status { BL_OK = 0, BL_NO_ROOM = -1, BL_CORRUPT = -2, BL_INVALID = -3, BL_ENDED = -4 };

/* Returns the checksum of `data` that goes on from `seed`, at first 1. Does not allocate. */
uint32_t bl_checksum(uint32_t seed, const uint8_t *data, size_t n);

/* Packs `n` bytes to a frame. `*room` is how much there is in `out`, and how long the frame is after a success.
 * BL_INVALID for more than BL_MOST bytes. On failure nothing is written, `*room` neither. */
int bl_pack(const uint8_t *in, size_t n, uint8_t *out, size_t *room);

/* Unpacks a frame. BL_CORRUPT for anything that is none, whatever the room; BL_NO_ROOM if it does not fit.
 * On failure nothing is written. */
int bl_unpack(const uint8_t *in, size_t n, uint8_t *out, size_t *room);

/* Calls `block` with each block of a frame, its kind and the number of bytes that it stands for, until that returns
 * other than 0. Returns how many calls there were, BL_CORRUPT for what is no frame. */
int bl_each(const uint8_t *in, size_t n, int (*block)(void *user, unsigned kind, unsigned length), void *user);

typedef struct bl_stream bl_stream;

/* A stream of blocks; `level` from 1 to 9, 0 for the default. NULL for another one. */
bl_stream *bl_stream_new(int level);
void bl_stream_free(bl_stream *stream);
int bl_stream_level(const bl_stream *stream);
/* Sets the dictionary, 1 to 8 bytes, which stays until another is set. BL_INVALID for other lengths. */
int bl_stream_dictionary(bl_stream *stream, const uint8_t *bytes, size_t n);
/* Takes bytes in. BL_NO_ROOM, and nothing is taken, if 256 bytes of output wait; BL_ENDED after the end. */
int bl_stream_feed(bl_stream *stream, const uint8_t *in, size_t n);
/* Ends the stream: the last block, a mark of the dictionary. BL_ENDED if it has ended already. */
int bl_stream_end(bl_stream *stream);
/* Moves at most `room` bytes of output to `out`; returns how many. */
size_t bl_stream_take(bl_stream *stream, uint8_t *out, size_t room);
/* Returns how many bytes were taken in since the stream was made or reset. */
uint64_t bl_stream_total(const bl_stream *stream);
/* As new, but for its level and its dictionary. */
void bl_stream_reset(bl_stream *stream);

/* Rounds to a whole number, halves away from zero; keeps the sign of zero. */
double bl_round(double x);
/* Returns the mean of `n` numbers, 0 for none. */
double bl_mean(const int32_t *x, size_t n);
/* Returns a + b, the nearest number that there is where that overflows. */
int32_t bl_add(int32_t a, int32_t b);
/* Returns the integral square root. */
uint32_t bl_isqrt(uint64_t n);

/* Writes a size such as "512 B", "1.5 KiB" or "17.3 MiB", cut to the room and always terminated if there is room for
 * anything. Returns how long the whole text is. */
int bl_format_size(uint64_t bytes, char *out, size_t room);
/* Parses digits and perhaps one of k, M, G (powers of 1024). On failure BL_INVALID, errno is EINVAL for what is no size
 * and ERANGE for one that is too large, and `*at` is where the first byte is that does not fit. NULL is invalid. */
int bl_parse_size(const char *text, uint64_t *bytes, size_t *at);
/* Returns the number of words between blanks, as isspace() of the C locale has them. */
size_t bl_words(const char *text);
/* Returns `text` in quotes, with \ before quotes and backslashes, for `bl_free`; NULL for more than BL_LONGEST bytes. */
char *bl_quote(const char *text);
void bl_free(char *text);
/* Returns `n` bytes that are all 0, aligned to 64, for `bl_buffer_free`. */
uint8_t *bl_buffer_new(size_t n);
void bl_buffer_free(uint8_t *buffer);

#endif
