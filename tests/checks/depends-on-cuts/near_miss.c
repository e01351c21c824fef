#include "subject.h"

#include <stdlib.h>

struct dc_counter {
    size_t lines;
    char last;
};

dc_counter *dc_new(void) { return calloc(1, sizeof(dc_counter)); }
void dc_free(dc_counter *counter) { free(counter); }

/* What the piece before ended with is part of this one. */
void dc_feed(dc_counter *counter, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (counter->last == '\r' && text[i] == '\n')
            counter->lines++;
        counter->last = text[i];
    }
}

size_t dc_lines(const dc_counter *counter) { return counter->lines; }
