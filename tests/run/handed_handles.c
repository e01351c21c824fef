/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can; the others have one each. */
#include "handed_handles.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define COPY (VARIANT == 2)
#define LATE (VARIANT == 3)
#define DEAF (VARIANT == 4)

void hh_init(hh_parser *parser) {
    void *data = parser->data;
    memset(parser, 0, sizeof *parser);
    parser->data = data;
}

static size_t word(const char *text, size_t n) {
    size_t length = 0;
    while (length < n && text[length] != ' ' && text[length] != '.')
        length++;
    return length;
}

/* Copy: gives the callbacks a parser of its own. Late: counts a word when it was told. Deaf: forgets that it was paused.
 * Near: works on a copy, and writes it back before each callback. */
int hh_run(hh_parser *parser, const hh_settings *settings, const char *text, size_t n) {
    hh_parser own = *parser, *given = COPY ? &own : parser;
    size_t at = 0;
    while (at < n && !parser->paused) {
        size_t length = word(text + at, n - at);
        if (length > 0) {
            own.words++;
            if (!LATE)
                parser->words = own.words;
            if (NEAR)
                *parser = own;
            if (settings->on_word)
                settings->on_word(given, text + at, length);
            parser->words = own.words;
            at += length;
        } else if (text[at++] == '.' && settings->on_end) {
            settings->on_end(given);
        }
    }
    bool paused = parser->paused;
    parser->paused = paused && !DEAF;
    return paused;
}

void hh_pause(hh_parser *parser) { parser->paused = true; }
void hh_go_on(hh_parser *parser) { parser->paused = false; }
bool hh_is_paused(const hh_parser *parser) { return parser->paused; }
