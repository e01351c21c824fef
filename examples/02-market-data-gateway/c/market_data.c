#include "market_data.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH_SIZE = 2, ORDER_SIZE = 8, PRICED_SIZE = 20 };

struct md_feed {
    size_t capacity, used;
    md_stats stats;
    uint8_t data[];
};

static uint64_t read_number(const uint8_t *from, int size)
{
    uint64_t number = 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | from[i];
    return number;
}

static void write_number(uint8_t *to, uint64_t number, int size)
{
    for (int i = size - 1; i >= 0; i--, number >>= 8)
        to[i] = (uint8_t)number;
}

/* Return how much follows the header, or -1 for a kind that there is not; news says it itself. */
static long body_size(unsigned kind, size_t text_length)
{
    switch (kind) {
    case MD_ADD:
    case MD_TRADE:
        return PRICED_SIZE;
    case MD_CANCEL:
        return ORDER_SIZE;
    case MD_NEWS:
        return (long)text_length;
    default:
        return -1;
    }
}

md_status md_decode(const uint8_t *data, size_t length, md_message *message, size_t *used)
{
    if (length < MD_HEADER_SIZE)
        return MD_INCOMPLETE;
    const size_t announced = read_number(data, LENGTH_SIZE), size = LENGTH_SIZE + announced;
    if (size < MD_HEADER_SIZE)
        return MD_BAD_LENGTH;
    const size_t body = size - MD_HEADER_SIZE;
    const unsigned kind = data[LENGTH_SIZE];
    const long wanted = body_size(kind, body);
    if (wanted < 0)
        return MD_BAD_KIND;
    if ((size_t)wanted != body || (kind == MD_NEWS && body > MD_TEXT_LIMIT))
        return MD_BAD_LENGTH;
    if (length < size)
        return MD_INCOMPLETE;

    const uint8_t *at = data + MD_HEADER_SIZE;
    memset(message, 0, sizeof *message);
    message->kind = (md_kind)kind;
    message->sequence = (uint32_t)read_number(data + LENGTH_SIZE + 1, 4);
    if (kind == MD_NEWS) {
        message->text = body > 0 ? (const char *)at : NULL;
        message->text_length = (uint32_t)body;
    } else {
        message->order = read_number(at, 8);
        if (kind != MD_CANCEL) {
            message->price = (int64_t)read_number(at + 8, 8);
            message->quantity = (uint32_t)read_number(at + 16, 4);
        }
    }
    *used = size;
    return MD_OK;
}

int md_scan(const uint8_t *data, size_t length, md_handler handler, void *context, size_t *used)
{
    size_t at = 0, size = 0;
    md_message message;
    int answer = 0;
    while (answer == 0 && md_decode(data + at, length - at, &message, &size) == MD_OK) {
        at += size;
        answer = handler(&message, context);
    }
    *used = at;
    return answer;
}

size_t md_encode(const md_message *message, uint8_t *out, size_t capacity)
{
    const size_t size = MD_HEADER_SIZE + (size_t)body_size(message->kind, message->text_length);
    if (size > capacity)
        return size;
    write_number(out, size - LENGTH_SIZE, LENGTH_SIZE);
    out[LENGTH_SIZE] = (uint8_t)message->kind;
    write_number(out + LENGTH_SIZE + 1, message->sequence, 4);
    uint8_t *at = out + MD_HEADER_SIZE;
    if (message->kind == MD_NEWS) {
        if (message->text_length > 0)
            memcpy(at, message->text, message->text_length);
    } else {
        write_number(at, message->order, 8);
        if (message->kind != MD_CANCEL) {
            write_number(at + 8, (uint64_t)message->price, 8);
            write_number(at + 16, message->quantity, 4);
        }
    }
    return size;
}

md_feed *md_feed_new(size_t capacity)
{
    if (capacity > MD_FEED_LIMIT)
        return NULL;
    md_feed *feed = calloc(1, sizeof *feed + capacity);
    if (feed != NULL)
        feed->capacity = capacity;
    return feed;
}

void md_feed_free(md_feed *feed)
{
    free(feed);
}

md_status md_feed_push(md_feed *feed, const uint8_t *data, size_t length)
{
    if (length > feed->capacity - feed->used)
        return MD_FULL;
    if (length > 0)
        memcpy(feed->data + feed->used, data, length);
    feed->used += length;
    feed->stats.bytes += length;
    return MD_OK;
}

static void count(md_stats *stats, uint32_t sequence)
{
    if (stats->messages > 0 && sequence > stats->last_sequence)
        stats->gaps += sequence - stats->last_sequence - 1;
    stats->messages++;
    stats->last_sequence = sequence;
}

md_status md_feed_drain(md_feed *feed, md_handler handler, void *context, size_t *delivered)
{
    size_t at = 0, size = 0;
    md_status status = MD_OK;
    md_message message;
    *delivered = 0;
    while (status == MD_OK && at < feed->used) {
        status = md_decode(feed->data + at, feed->used - at, &message, &size);
        if (status != MD_OK)
            break;
        at += size;
        count(&feed->stats, message.sequence);
        ++*delivered;
        if (handler(&message, context) != 0)
            status = MD_STOPPED;
    }
    feed->used -= at;
    memmove(feed->data, feed->data + at, feed->used);
    return status == MD_INCOMPLETE ? MD_OK : status;
}

size_t md_feed_pending(const md_feed *feed)
{
    return feed->used;
}

void md_feed_stats(const md_feed *feed, md_stats *stats)
{
    *stats = feed->stats;
}
