/* Decodes a market-data feed: length-prefixed binary messages, big endian, as they come from the wire. */
#ifndef MARKET_DATA_H
#define MARKET_DATA_H

#include <stddef.h>
#include <stdint.h>

/* A message begins with a 2-byte length of what follows it, a 1-byte kind and a 4-byte sequence number. Then
 *
 *   'A' add      8 bytes order, 8 bytes price, 4 bytes quantity
 *   'T' trade    the same
 *   'X' cancel   8 bytes order
 *   'N' news     text, to the message's end
 */
#define MD_HEADER_SIZE 7
#define MD_TEXT_LIMIT 256
#define MD_FEED_LIMIT 65536

typedef enum md_kind {
    MD_ADD = 'A',
    MD_TRADE = 'T',
    MD_CANCEL = 'X',
    MD_NEWS = 'N',
} md_kind;

typedef enum md_status {
    MD_OK,
    MD_INCOMPLETE,  /* the message goes on after the end of the data */
    MD_BAD_LENGTH,  /* the length does not fit the kind */
    MD_BAD_KIND,
    MD_FULL,        /* the feed has no room for the data */
    MD_STOPPED,     /* the handler asked to stop */
} md_status;

typedef struct md_message {
    md_kind kind;
    uint32_t sequence;
    uint64_t order;
    int64_t price;      /* in ticks; may be negative */
    uint32_t quantity;
    uint32_t text_length;
    const char *text;   /* into the data that was decoded; NULL when there is none */
} md_message;

typedef struct md_stats {
    uint64_t messages;
    uint64_t bytes;
    uint64_t gaps;      /* sequence numbers that never came */
    uint32_t last_sequence;
} md_stats;

/* Decode the first message of the data; `*used` is then its size. */
md_status md_decode(const uint8_t *data, size_t length, md_message *message, size_t *used);

/* Told one message, which is there until the handler returns. Any answer but 0 stops whoever tells. */
typedef int (*md_handler)(const md_message *message, void *context);

/* Tell the handler every whole message of the data, in order, without copying it. Return the answer that stopped it, or 0;
   `*used` is the size of what was reported. */
int md_scan(const uint8_t *data, size_t length, md_handler handler, void *context, size_t *used);

/* Write a message and return its size; one that is larger than `capacity` is not written at all. */
size_t md_encode(const md_message *message, uint8_t *out, size_t capacity);

/* A feed keeps what was pushed until it is drained. */
typedef struct md_feed md_feed;

md_feed *md_feed_new(size_t capacity);
void md_feed_free(md_feed *feed);

/* Take all of the data or, when there is no room, none of it. */
md_status md_feed_push(md_feed *feed, const uint8_t *data, size_t length);

/* Tell the handler every whole message and forget it, oldest first. What is no message stays at the front, and so does all
   behind it. The handler must not call the feed. */
md_status md_feed_drain(md_feed *feed, md_handler handler, void *context, size_t *delivered);

size_t md_feed_pending(const md_feed *feed);
void md_feed_stats(const md_feed *feed, md_stats *stats);

#endif
