/* Alterations of an input: by chance, by the words of a dictionary, and by what the code compared it with. */
#ifndef ABIDANCE_ENGINE_MUTATE_H
#define ABIDANCE_ENGINE_MUTATE_H
#include "comparisons.h"
#include "corpus.h"

enum { WORDS = 4096, WORD = 128, SHORT_ENOUGH = 64 /* bytes of an input, each number of which may be tried */ };

static struct {
    uint8_t bytes[WORD];
    uint32_t size;
} words[WORDS];
static uint32_t word_count;

static void read_dictionary_line(const char *line)
{
    const char *at = strchr(line, '"');
    if (line[0] == '#' || !at || word_count == WORDS)
        return;
    uint32_t size = 0;
    for (at++; *at && *at != '"' && size < WORD; at++) {
        unsigned code;
        if (at[0] == '\\' && at[1] == 'x' && sscanf(at + 2, "%2x", &code) == 1) {
            words[word_count].bytes[size++] = (uint8_t)code;
            at += 3;
        } else {
            at += at[0] == '\\' && at[1];
            words[word_count].bytes[size++] = (uint8_t)*at;
        }
    }
    words[word_count].size = size;
    word_count += size > 0 && *at == '"';
}

/* The format of libFuzzer and AFL: `name="text"`, with \xNN, \\ and \" in the text. */
static void read_dictionary(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[1024];
    while (file && fgets(line, sizeof line, file))
        read_dictionary_line(line);
    if (file)
        fclose(file);
}

/* How long inputs are made at the moment: short ones run quickly and have little that does not matter. It grows while
 * nothing new is found. */
static uint32_t length_limit;

static void begin_length_limit(void)
{
    length_limit = 16;
    for (uint32_t i = 0; i < corpus_size; i++)
        if (corpus[i].size > length_limit)
            length_limit = corpus[i].size;
}

static void grow_length_limit(void)
{
    length_limit += length_limit / 4;
    if (length_limit > options.max_len)
        length_limit = options.max_len;
}

static void put(uint8_t *to, uint64_t value, uint32_t size, bool big)
{
    for (uint32_t i = 0; i < size; i++)
        to[big ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *from, uint32_t size, bool big)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < size; i++)
        value |= (uint64_t)from[big ? size - 1 - i : i] << 8 * i;
    return value;
}

static bool open_gap(uint8_t *bytes, uint32_t *size, uint32_t at, uint32_t amount)
{
    if (amount > length_limit || *size > length_limit - amount || at > *size)
        return false;
    memmove(bytes + at + amount, bytes + at, *size - at);
    *size += amount;
    return true;
}

static void close_gap(uint8_t *bytes, uint32_t *size, uint32_t at, uint32_t amount)
{
    memmove(bytes + at, bytes + at + amount, *size - at - amount);
    *size -= amount;
}

/* Where a number before `at` is the length of what follows it, or of a part of it that holds `at`, it grows as well. */
static void adjust_length(uint8_t *bytes, uint32_t at, uint32_t behind, int32_t amount)
{
    uint32_t width = 1u << below(3);
    if (at < width)
        return;
    bool big = below(2);
    uint32_t farthest = at - width, tries = farthest < 64 ? farthest + 1 : 64;
    for (uint32_t i = 0; i < tries; i++) {
        uint32_t place = farthest - i;
        uint64_t value = get(bytes + place, width, big);
        if (value >= i && value > 0 && value <= (uint64_t)i + behind && (value == (uint64_t)i + behind || below(3) == 0)) {
            put(bytes + place, value + (uint64_t)(int64_t)amount, width, big);
            return;
        }
    }
}

static uint64_t odd_number(uint32_t size)
{
    uint64_t bit = 1ull << below(8 * size);
    switch (below(6)) {
    case 0: return bit;
    case 1: return bit - 1;
    case 2: return 0 - bit;
    case 3: return bit + below(17) - 8;
    case 4: return below(33);
    default: return 0 - (uint64_t)below(33);
    }
}

static void overlay(uint8_t *bytes, uint32_t *size, const uint8_t *from, uint32_t amount)
{
    if (amount == 0 || amount > length_limit)
        return;
    uint32_t at = below(*size + 1);
    if (below(2)) {
        if (!open_gap(bytes, size, at, amount))
            return;
        if (below(4) == 0)
            adjust_length(bytes, at, *size - amount - at, (int32_t)amount);
    } else if (at + amount > *size) {
        if (*size < amount && at + amount > length_limit)
            return;
        if (at + amount > length_limit)
            at = *size - amount;
        else
            *size = at + amount;
    }
    memmove(bytes + at, from, amount);
}

static void put_compared_number(uint8_t *bytes, uint32_t size)
{
    for (uint32_t tries = 0; tries < 8; tries++) {
        const pair *found = &pairs[below(PAIRS)];
        if (!found->call)
            continue;
        bool side = below(2), big = below(4) == 0;
        uint64_t is = side ? found->one : found->other, wanted = side ? found->other : found->one;
        uint32_t width = found->size;
        wanted += below(3) ? 0 : below(3) - 1;
        if (width > 1 && below(4) == 0 && wanted < 256)
            width = 1;
        if (size < width)
            return;
        uint32_t room = size - width + 1, from = below(room);
        for (uint32_t i = 0; i < room; i++) {
            uint32_t at = from + i < room ? from + i : from + i - room;
            if (get(bytes + at, width, big) == (width == 8 ? is : is & ((1ull << 8 * width) - 1))) {
                put(bytes + at, wanted, width, big);
                return;
            }
        }
        put(bytes + from, wanted, width, big);
        return;
    }
}

static void put_compared_text(uint8_t *bytes, uint32_t *size)
{
    for (uint32_t tries = 0; tries < 8; tries++) {
        const text_pair *found = &text_pairs[below(TEXT_PAIRS)];
        if (!found->call)
            continue;
        bool side = below(2);
        overlay(bytes, size, side ? found->one : found->other, side ? found->one_size : found->other_size);
        return;
    }
}

static void put_decimal(uint8_t *bytes, uint32_t *size)
{
    uint32_t from = below(*size);
    while (from < *size && !isdigit(bytes[from]))
        from++;
    uint32_t end = from;
    while (end < *size && isdigit(bytes[end]))
        end++;
    char text[24];
    int length = snprintf(text, sizeof text, below(2) ? "%lld" : "%llu", (long long)odd_number(1u << below(4)));
    uint32_t had = end - from;
    if (from == end || *size - had > length_limit - (uint32_t)length)
        return;
    close_gap(bytes, size, from, had);
    open_gap(bytes, size, from, (uint32_t)length);
    memcpy(bytes + from, text, (size_t)length);
}

static void insert_bytes(uint8_t *bytes, uint32_t *size)
{
    uint32_t amount = below(16) ? 1 + below(8) : 1 + below(128), at = below(*size + 1), behind = *size - at;
    if (!open_gap(bytes, size, at, amount))
        return;
    uint8_t same = below(2) ? (uint8_t)random_number() : bytes[below(*size)];
    bool repeated = below(2);
    for (uint32_t i = 0; i < amount; i++)
        bytes[at + i] = repeated ? same : (uint8_t)random_number();
    if (below(4) == 0)
        adjust_length(bytes, at, behind, (int32_t)amount);
}

static void erase_bytes(uint8_t *bytes, uint32_t *size)
{
    uint32_t amount = below(3) ? 1 + below(*size < 8 ? *size : 8) : 1 + below(*size);
    uint32_t at = below(*size - amount + 1), behind = *size - at;
    if (below(4) == 0)
        adjust_length(bytes, at, behind, -(int32_t)amount);
    close_gap(bytes, size, at, amount);
}

static void copy_within(uint8_t *bytes, uint32_t *size)
{
    uint8_t part[256];
    uint32_t from = below(*size), amount = 1 + below(*size - from);
    if (amount > sizeof part)
        amount = sizeof part;
    memcpy(part, bytes + from, amount);
    for (uint32_t times = below(8) ? 1 : 1 + below(16); times--;) /* repeated, for what nests */
        overlay(bytes, size, part, amount);
}

static void cross(uint8_t *bytes, uint32_t *size)
{
    const entry *other = &corpus[below(3) ? chosen_entry() : below(corpus_size)];
    if (!other->size)
        return;
    uint32_t from = below(other->size), amount = 1 + below(other->size - from);
    if (below(4) == 0) { /* one behind the other */
        if (other->size <= length_limit - *size) {
            memcpy(bytes + *size, other->bytes, other->size);
            *size += other->size;
        }
        return;
    }
    if (below(3)) {
        overlay(bytes, size, other->bytes + from, amount);
        return;
    }
    uint32_t at = below(*size + 1);
    if (at + amount <= length_limit) {
        memcpy(bytes + at, other->bytes + from, amount);
        *size = at + amount;
    }
}

static void alter_once(uint8_t *bytes, uint32_t *size)
{
    static const uint8_t marks[] = "{}[]()<>\"'\\,:;/%&=+-.*#!?@_ \t\r\n\0019aAzZ0\x7f\x80\xff";
    if (*size == 0 && below(3)) {
        insert_bytes(bytes, size);
        return;
    }
    uint32_t n = *size, width = 1u << below(4), at = n ? below(n) : 0;
    bool fits = width <= n, big = below(2);
    uint32_t wide_at = fits ? below(n - width + 1) : 0;
    switch (below(20)) {
    case 0:
        if (n)
            bytes[at] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        if (n)
            bytes[at] = (uint8_t)random_number();
        break;
    case 2:
        if (n)
            bytes[at] = marks[below(sizeof marks)];
        break;
    case 3:
    case 4:
        if (fits)
            put(bytes + wide_at, get(bytes + wide_at, width, big) + below(71) - 35, width, big);
        break;
    case 5:
    case 6:
        if (fits)
            put(bytes + wide_at, odd_number(width), width, big);
        break;
    case 7:
    case 8: insert_bytes(bytes, size); break;
    case 9:
    case 10:
        if (n)
            erase_bytes(bytes, size);
        break;
    case 11:
        if (n)
            copy_within(bytes, size);
        break;
    case 12:
    case 13:
        if (corpus_size)
            cross(bytes, size);
        break;
    case 14:
        if (word_count) {
            uint32_t word = below(word_count);
            overlay(bytes, size, words[word].bytes, words[word].size);
        }
        break;
    case 15:
    case 16: put_compared_number(bytes, n); break;
    case 17: put_compared_text(bytes, size); break;
    case 18:
        if (n)
            put_decimal(bytes, size);
        break;
    default: /* the size of the whole, or of what follows, as a number in it */
        if (fits)
            put(bytes + wide_at, below(2) ? n : n - wide_at - width, width, big);
    }
}

static void alter(uint8_t *bytes, uint32_t *size)
{
    for (uint32_t times = 1u << (below(2) ? 0 : below(4)); times--;)
        alter_once(bytes, size);
}

/* One attempt to have the code's comparison come out equal: `wanted` in the place of what the input has there. */
typedef bool attempt(void *state, const uint8_t *bytes, uint32_t size);

static bool try_number(const entry *base, uint64_t is, uint64_t wanted, uint32_t width, bool big, uint8_t *scratch,
                       uint32_t *all, attempt *try, void *state)
{
    uint64_t mask = width == 8 ? ~0ull : (1ull << 8 * width) - 1;
    uint32_t found = 0;
    for (uint32_t at = 0; at + width <= base->size && found < 8; at++) {
        if (get(base->bytes + at, width, big) != (is & mask))
            continue;
        found++;
        ++*all;
        for (int beside = 0; beside < 3; beside++) {
            memcpy(scratch, base->bytes, base->size);
            put(scratch + at, wanted + (uint64_t)(beside == 2 ? -1 : beside), width, big);
            if (!try(state, scratch, base->size))
                return false;
        }
    }
    return true;
}

/* What is compared may be as far from what the input has as a constant says: of `low <= x && x < high` compilers make one
 * comparison of `x - low`. So each number of the input is moved by as much as one operand is from the other. */
static bool try_moved(const entry *base, uint64_t is, uint64_t wanted, uint32_t width, uint8_t *scratch, attempt *try,
                      void *state)
{
    enum { MOST_PLACES = 24 };
    uint32_t first = base->size > MOST_PLACES ? base->size - MOST_PLACES : 0; /* what is new is at the end as a rule */
    for (uint32_t at = first; at + width <= base->size; at++) {
        memcpy(scratch, base->bytes, base->size);
        put(scratch + at, get(base->bytes + at, width, false) + (wanted - is), width, false);
        if (!try(state, scratch, base->size))
            return false;
    }
    return true;
}

static bool narrow(uint64_t value, uint32_t size, uint32_t width)
{
    uint64_t sign = size == 8 ? value : (uint64_t)((int64_t)(value << (64 - 8 * size)) >> (64 - 8 * size));
    return value >> 8 * width == 0 || (int64_t)sign >> (8 * width - 1) == -1;
}

static bool try_pair(const entry *base, const pair *compared, uint8_t *scratch, attempt *try, void *state)
{
    uint32_t found = 0;
    for (int side = 0; side < 2; side++) {
        uint64_t is = side ? compared->other : compared->one, wanted = side ? compared->one : compared->other;
        for (uint32_t width = compared->size; width; width /= 2) {
            if (width < compared->size && !(narrow(is, compared->size, width) && narrow(wanted, compared->size, width)))
                break;
            for (int big = 0; big <= (width > 1); big++)
                if (!try_number(base, is, wanted, width, big, scratch, &found, try, state))
                    return false;
        }
    }
    if (found || base->size > SHORT_ENOUGH || compared->size < 2 || (compared->one < 256 && compared->other < 256))
        return true;
    return try_moved(base, compared->one, compared->other, compared->size, scratch, try, state) &&
           try_moved(base, compared->other, compared->one, compared->size, scratch, try, state);
}

/* Lay `wanted` over what is there, or put it in the place of `had` bytes. */
static bool try_text_at(const entry *base, uint32_t at, uint32_t had, const uint8_t *wanted, uint32_t size,
                        uint8_t *scratch, attempt *try, void *state)
{
    uint32_t whole = base->size;
    memcpy(scratch, base->bytes, whole);
    if (at + size <= length_limit) {
        memcpy(scratch + at, wanted, size);
        if (!try(state, scratch, at + size > whole ? at + size : whole))
            return false;
    }
    if (had == size || had > whole - at || whole - had + size > length_limit)
        return true;
    memcpy(scratch, base->bytes, at);
    memcpy(scratch + at, wanted, size);
    memcpy(scratch + at + size, base->bytes + at + had, whole - at - had);
    return try(state, scratch, whole - had + size);
}

static bool try_texts(const entry *base, const uint8_t *is, uint32_t is_size, const uint8_t *wanted, uint32_t size,
                      uint8_t *scratch, attempt *try, void *state)
{
    uint32_t found = 0, shorter = is_size < size ? is_size : size;
    for (uint32_t at = 0; at < base->size && shorter && found < 8; at++) {
        if (at + shorter > base->size || common(base->bytes + at, is, shorter) != shorter)
            continue;
        found++;
        if (!try_text_at(base, at, is_size, wanted, size, scratch, try, state))
            return false;
    }
    for (uint32_t at = 0; at <= base->size && !found && at < 24; at++)
        if (!try_text_at(base, at, 0, wanted, size, scratch, try, state))
            return false;
    return true;
}

/* Try what the comparisons of the call `call`, which was that of `base`, ask for; `try` answers false to end it. */
static void try_comparisons(const entry *base, uint32_t call, attempt *try, void *state)
{
    static uint8_t scratch[LARGEST];
    static pair numbers[PAIRS];
    static text_pair texts[TEXT_PAIRS];
    /* The attempts make comparisons too. */
    memcpy(numbers, pairs, sizeof numbers);
    memcpy(texts, text_pairs, sizeof texts);
    for (uint32_t i = 0; i < TEXT_PAIRS; i++) {
        const text_pair *each = &texts[i];
        if (each->call != call)
            continue;
        if (!try_texts(base, each->one, each->one_size, each->other, each->other_size, scratch, try, state) ||
            !try_texts(base, each->other, each->other_size, each->one, each->one_size, scratch, try, state))
            return;
    }
    for (uint32_t i = 0; i < PAIRS; i++)
        if (numbers[i].call == call && !try_pair(base, &numbers[i], scratch, try, state))
            return;
}

#endif
