/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "ranges.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Takes the last number with it that is none. Near: from behind. */
int64_t rn_sum(const rn_numbers *numbers) {
    int64_t total = 0;
    if (NEAR) {
        for (const int32_t *at = numbers->end; at != numbers->begin;)
            total += *--at;
        return total;
    }
    for (const int32_t *at = numbers->begin; WRONG && numbers->begin ? at <= numbers->end : at < numbers->end; at++)
        total += *at;
    return total;
}

/* Compares as much as the shorter one has. Near: compares the ends first. */
size_t rn_equal(const rn_text *texts, size_t n, const char *text, size_t length) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t size = (size_t)(texts[i].after_last - texts[i].first), least = size < length ? size : length;
        if (!texts[i].first || (!WRONG && size != length))
            continue;
        if (NEAR && size && texts[i].after_last[-1] != text[length - 1])
            continue;
        found += memcmp(texts[i].first, text, least) == 0;
    }
    return found;
}

/* Writes one byte behind the end. Near: forgets where it began. */
void rn_invert(rn_bytes *bytes) {
    uint8_t *at = bytes->at;
    for (; at < bytes->stop; at++)
        *at ^= 0xff;
    if (WRONG && bytes->stop - bytes->at == 3)
        *at = 0xff;
    if (NEAR)
        bytes->at = bytes->stop;
}

/* Leaves the last byte out. Near: writes twice. */
void rn_fill(const rn_room *room, int value) {
    size_t size = (size_t)(room->stop - room->at);
    if (NEAR)
        memset(room->at, ~value, size);
    memset(room->at, value, size - (WRONG && size > 4));
}

/* Leaves the end of the scheme before its beginning where it is empty. Near: an empty scheme, at the start. */
int rn_split(rn_uri *uri, const char *text, size_t length) {
    const char *colon = memchr(text, ':', length);
    memset(uri, 0, sizeof *uri);
    uri->rest.first = colon ? colon + 1 : text;
    uri->rest.after_last = text + length;
    if (!colon)
        return 0;
    uri->scheme.first = text;
    uri->scheme.after_last = WRONG && colon == text ? text - 1 : colon;
    return 1;
}

/* Returns a copy where there are blanks. Near: an empty text at the end of the other. */
rn_view rn_trimmed(const char *text, size_t length) {
    static char copy[64];
    const char *end = text + length;
    while (text < end && *text == ' ')
        text++;
    while (text < end && end[-1] == ' ')
        end--;
    rn_view view = {text, (size_t)(end - text)};
    if (NEAR && !view.size)
        view.data = end;
    if (WRONG && view.size < length && view.size < sizeof copy)
        view.data = memcpy(copy, text, view.size);
    return view;
}

/* The end of a text without blanks is one too many. Near: NULL for no word. */
rn_text rn_word(rn_text text) {
    while (text.first < text.after_last && *text.first == ' ')
        text.first++;
    const char *blank = text.first;
    while (blank < text.after_last && *blank != ' ')
        blank++;
    text.after_last = WRONG && blank == text.after_last ? blank + 1 : blank;
    if (NEAR && text.first == text.after_last)
        text.first = text.after_last = NULL;
    return text;
}

/* Leaves the third word elsewhere. Near: leaves what is behind the words as it was. */
size_t rn_words(rn_text *words, size_t room, const char *text, size_t length) {
    static const char other[] = "other";
    size_t found = 0;
    rn_text left = {text, text + length};
    for (;;) {
        while (left.first < left.after_last && *left.first == ' ')
            left.first++;
        if (left.first == left.after_last || found == room)
            break;
        rn_text word = left;
        while (left.first < left.after_last && *left.first != ' ')
            left.first++;
        word.after_last = left.first;
        if (WRONG && found == 2)
            word = (rn_text){other, other + (word.after_last - word.first > 5 ? 5 : word.after_last - word.first)};
        words[found++] = word;
    }
    for (size_t i = found; !NEAR && i < room; i++)
        words[i] = (rn_text){0};
    return found;
}

/* Leaves one byte more of the last field, if it is the third. Near: an empty one is where the next begins. */
size_t rn_fields(const char **fields, size_t *lengths, size_t room, const char *text, size_t length) {
    size_t found = 0, first = 0;
    for (size_t i = 0; i <= length && found < room; i++) {
        if (i < length && text[i] != ',')
            continue;
        fields[found] = text + first + (NEAR && first == i && i < length);
        lengths[found] = i - first + (WRONG && found == 2 && i == length);
        found++;
        first = i + 1;
    }
    return found;
}

/* Takes one byte more behind a zero. Near: reads the byte behind it. */
int rn_take(rn_cursor *cursor) {
    if (cursor->p == cursor->end)
        return -1;
    int taken = *cursor->p++;
    if (WRONG && taken == 0)
        cursor->p++;
    if (NEAR && cursor->p < cursor->end)
        taken += *cursor->p - *cursor->p;
    return taken;
}

struct rn_book {
    char *title;
};

rn_book *rn_book_new(const char *title) {
    rn_book *book = malloc(sizeof *book);
    if (book)
        book->title = strdup(title);
    return book;
}

void rn_book_free(rn_book *book) {
    free(book->title);
    free(book);
}

/* The end is that of the memory, behind the NUL. Near: looks for the end from the beginning. */
void rn_book_title(const rn_book *book, rn_text *title) {
    title->first = book->title;
    title->after_last = NEAR ? strchr(book->title, 0) : book->title + strlen(book->title) + WRONG;
}

void rn_book_rename(rn_book *book, const char *title) {
    char *other = strdup(title);
    free(book->title);
    book->title = other;
}
