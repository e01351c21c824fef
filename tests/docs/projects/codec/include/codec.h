#ifndef CODEC_H
#define CODEC_H

#include <stddef.h>
#include <stdint.h>

/** What became of a call. */
typedef enum codec_status {
    CODEC_OK = 0,
    CODEC_TOO_LARGE = 1 /**< there is no room for what would be written */
} codec_status;

/** What stands before a message. */
struct frame {
    unsigned int kind;
    const uint8_t *data;
    size_t length;
    unsigned int flags : 3;
    unsigned int level : 5;
    char last;
};

/** Writes each byte of `data`, less one, to `out`, and how many there are to `written`. */
codec_status codec_decode(const uint8_t *data, size_t length, uint8_t *out, size_t room, size_t *written);

/** Returns how many bytes a text of `length` takes behind the frame; the bytes of the text count. */
size_t codec_send(const struct frame *frame, const char *text, size_t length);

#endif
