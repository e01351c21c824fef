#include "bl.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RAW, RUN, WORD, LEAST_RUN = 3, WORD_SIZE = 4, WAITING = 256 };

static const char WORDS[16][WORD_SIZE + 1] = {
    "the ", "and ", "ing ", "tion", "ment", "</p>", "<br>", "http", "ther", "with", "that", "have", "from", "ight", "ould", "ever",
};

uint32_t bl_checksum(uint32_t seed, const uint8_t *data, size_t n)
{
    uint32_t a = seed & 0xffff, b = seed >> 16;
    for (size_t i = 0; i < n; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static size_t run_at(const uint8_t *in, size_t n, size_t at)
{
    size_t run = 1;
    while (run < BL_BLOCK && at + run < n && in[at + run] == in[at])
        run++;
    return run;
}

static int word_at(const uint8_t *in, size_t n, size_t at)
{
    if (n - at >= WORD_SIZE)
        for (int word = 0; word < 16; word++)
            if (memcmp(in + at, WORDS[word], WORD_SIZE) == 0)
                return word;
    return -1;
}

static void put(uint8_t *out, size_t *at, uint8_t byte)
{
    if (out)
        out[*at] = byte;
    ++*at;
}

/* Writes the blocks of some bytes, or only counts them where `out` is NULL; returns how many bytes they take. */
static size_t blocks(const uint8_t *in, size_t n, uint8_t *out)
{
    size_t size = 0;
    for (size_t at = 0; at < n;) {
        size_t run = run_at(in, n, at);
        int word = word_at(in, n, at);
        if (run >= LEAST_RUN) {
            put(out, &size, (uint8_t)(RUN << 4 | (run - 1)));
            put(out, &size, in[at]);
            at += run;
        } else if (word >= 0) {
            put(out, &size, (uint8_t)(WORD << 4 | word));
            at += WORD_SIZE;
        } else {
            size_t length = 1;
            while (length < BL_BLOCK && at + length < n && run_at(in, n, at + length) < LEAST_RUN
                   && word_at(in, n, at + length) < 0)
                length++;
            put(out, &size, (uint8_t)(RAW << 4 | (length - 1)));
            for (size_t i = 0; i < length; i++)
                put(out, &size, in[at + i]);
            at += length;
        }
    }
    return size;
}

int bl_pack(const uint8_t *in, size_t n, uint8_t *out, size_t *room)
{
    if (n > BL_MOST)
        return BL_INVALID;
    size_t size = blocks(in, n, NULL) + 6;
    if (size > *room)
        return BL_NO_ROOM;
    out[0] = (uint8_t)n;
    out[1] = (uint8_t)(n >> 8);
    blocks(in, n, out + 2);
    uint32_t sum = bl_checksum(1, in, n);
    for (int i = 0; i < 4; i++)
        out[size - 4 + i] = (uint8_t)(sum >> 8 * i);
    *room = size;
    return BL_OK;
}

/* Reads one block at `*at`, which ends before `end`; returns the number of bytes that it stands for, 0 for none. */
static unsigned block_at(const uint8_t *in, size_t *at, size_t end, unsigned *kind, const uint8_t **bytes)
{
    *kind = in[*at] >> 4;
    unsigned low = in[*at] & 15;
    size_t behind = *kind == RAW ? low + 1 : *kind == RUN ? 1 : 0;
    if (*kind > WORD || end - *at - 1 < behind)
        return 0;
    *bytes = *kind == WORD ? (const uint8_t *)WORDS[low] : in + *at + 1;
    *at += 1 + behind;
    return *kind == WORD ? WORD_SIZE : low + 1;
}

int bl_unpack(const uint8_t *in, size_t n, uint8_t *out, size_t *room)
{
    if (n < 6)
        return BL_CORRUPT;
    size_t length = in[0] | in[1] << 8, end = n - 4, total = 0;
    uint32_t sum = 1, told = 0;
    for (int i = 0; i < 4; i++)
        told |= (uint32_t)in[end + i] << 8 * i;
    for (size_t at = 2; at < end;) {
        unsigned kind;
        const uint8_t *bytes;
        unsigned count = block_at(in, &at, end, &kind, &bytes);
        if (count == 0)
            return BL_CORRUPT;
        for (unsigned i = 0; i < count; i++)
            sum = bl_checksum(sum, kind == RUN ? bytes : bytes + i, 1);
        total += count;
    }
    if (total != length || sum != told || length > BL_MOST)
        return BL_CORRUPT;
    if (length > *room)
        return BL_NO_ROOM;
    size_t size = 0;
    for (size_t at = 2; at < end;) {
        unsigned kind;
        const uint8_t *bytes;
        unsigned count = block_at(in, &at, end, &kind, &bytes);
        for (unsigned i = 0; i < count; i++)
            out[size++] = kind == RUN ? bytes[0] : bytes[i];
    }
    *room = size;
    return BL_OK;
}

int bl_each(const uint8_t *in, size_t n, int (*block)(void *user, unsigned kind, unsigned length), void *user)
{
    int calls = 0;
    if (n < 6)
        return BL_CORRUPT;
    for (size_t at = 2; at < n - 4;) {
        unsigned kind;
        const uint8_t *bytes;
        if (block_at(in, &at, n - 4, &kind, &bytes) == 0)
            return BL_CORRUPT;
    }
    for (size_t at = 2; at < n - 4;) {
        unsigned kind;
        const uint8_t *bytes;
        unsigned count = block_at(in, &at, n - 4, &kind, &bytes);
        calls++;
        if (block(user, kind, count) != 0)
            break;
    }
    return calls;
}

struct bl_stream {
    int level, ended;
    uint8_t dictionary[8], waiting[WAITING];
    size_t words, waits;
    uint64_t total;
};

bl_stream *bl_stream_new(int level)
{
    if (level < 0 || level > 9)
        return NULL;
    bl_stream *stream = calloc(1, sizeof *stream);
    if (stream)
        stream->level = level ? level : BL_DEFAULT;
    return stream;
}

void bl_stream_free(bl_stream *stream) { free(stream); }

int bl_stream_level(const bl_stream *stream) { return stream->level; }

int bl_stream_dictionary(bl_stream *stream, const uint8_t *bytes, size_t n)
{
    if (n < 1 || n > sizeof stream->dictionary)
        return BL_INVALID;
    memcpy(stream->dictionary, bytes, n);
    stream->words = n;
    return BL_OK;
}

int bl_stream_feed(bl_stream *stream, const uint8_t *in, size_t n)
{
    if (stream->ended)
        return BL_ENDED;
    size_t size = blocks(in, n, NULL);
    if (stream->waits + size > WAITING)
        return BL_NO_ROOM;
    blocks(in, n, stream->waiting + stream->waits);
    stream->waits += size;
    stream->total += n;
    return BL_OK;
}

int bl_stream_end(bl_stream *stream)
{
    if (stream->ended)
        return BL_ENDED;
    if (stream->waits == WAITING)
        return BL_NO_ROOM;
    stream->waiting[stream->waits++] = (uint8_t)bl_checksum(1, stream->dictionary, stream->words);
    stream->ended = 1;
    return BL_OK;
}

size_t bl_stream_take(bl_stream *stream, uint8_t *out, size_t room)
{
    size_t taken = stream->waits < room ? stream->waits : room;
    memcpy(out, stream->waiting, taken);
    memmove(stream->waiting, stream->waiting + taken, stream->waits - taken);
    stream->waits -= taken;
    return taken;
}

uint64_t bl_stream_total(const bl_stream *stream) { return stream->total; }

void bl_stream_reset(bl_stream *stream)
{
    stream->ended = 0;
    stream->waits = 0;
    stream->total = 0;
}

double bl_round(double x) { return round(x); }

double bl_mean(const int32_t *x, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n ? (double)sum / (double)n : 0;
}

int32_t bl_add(int32_t a, int32_t b)
{
    int64_t sum = (int64_t)a + b;
    return sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : (int32_t)sum;
}

uint32_t bl_isqrt(uint64_t n)
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 31; bit; bit >>= 1)
        if ((root | bit) * (root | bit) <= n)
            root |= bit;
    return (uint32_t)root;
}

int bl_format_size(uint64_t bytes, char *out, size_t room)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    unsigned unit = 0;
    uint64_t tenths = bytes;
    if (bytes < 1024)
        return snprintf(out, room, "%" PRIu64 " B", bytes);
    while (tenths >= 1024 * 1024) {
        tenths /= 1024;
        unit++;
    }
    tenths = tenths * 10 / 1024;
    return snprintf(out, room, "%" PRIu64 ".%u %s", tenths / 10, (unsigned)(tenths % 10), units[unit + 1]);
}

int bl_parse_size(const char *text, uint64_t *bytes, size_t *at)
{
    if (!text) {
        errno = EINVAL;
        return BL_INVALID;
    }
    uint64_t size = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9'; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (size > (UINT64_MAX - digit) / 10) {
            errno = ERANGE;
            *at = i;
            return BL_INVALID;
        }
        size = size * 10 + digit;
    }
    size_t digits = i;
    unsigned shift = text[i] == 'k' ? 10 : text[i] == 'M' ? 20 : text[i] == 'G' ? 30 : 0;
    i += digits && shift;
    if (digits == 0 || text[i] != '\0') {
        errno = EINVAL;
        *at = i;
        return BL_INVALID;
    }
    if (size > UINT64_MAX >> shift) {
        errno = ERANGE;
        *at = digits;
        return BL_INVALID;
    }
    *bytes = size << shift;
    return BL_OK;
}

static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

size_t bl_words(const char *text)
{
    size_t words = 0;
    for (size_t i = 0; text[i]; i++)
        words += !is_blank(text[i]) && (i == 0 || is_blank(text[i - 1]));
    return words;
}

char *bl_quote(const char *text)
{
    size_t length = strlen(text), size = 0;
    if (length > BL_LONGEST)
        return NULL;
    char *quoted = malloc(2 * length + 3);
    if (!quoted)
        return NULL;
    quoted[size++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            quoted[size++] = '\\';
        quoted[size++] = text[i];
    }
    quoted[size++] = '"';
    quoted[size] = '\0';
    return quoted;
}

void bl_free(char *text) { free(text); }

uint8_t *bl_buffer_new(size_t n)
{
    uint8_t *buffer = aligned_alloc(64, (n + 63) / 64 * 64 + 64);
    if (buffer)
        memset(buffer, 0, n);
    return buffer;
}

void bl_buffer_free(uint8_t *buffer) { free(buffer); }
