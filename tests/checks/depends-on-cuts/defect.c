#include "subject.h"

#include <stdlib.h>

struct dc_counter {
    size_t lines;
};

dc_counter *dc_new(void) { return calloc(1, sizeof(dc_counter)); }
void dc_free(dc_counter *counter) { free(counter); }

/* A line that ends where the piece does is not seen. */
void dc_feed(dc_counter *counter, const char *text, size_t size) {
    for (size_t i = 1; i < size; i++)
        if (text[i - 1] == '\r' && text[i] == '\n')
            counter->lines++;
}

size_t dc_lines(const dc_counter *counter) { return counter->lines; }
