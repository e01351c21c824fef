/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, others have one each. */
#include "partial_results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRITES, GOES_ON, BEYOND, SILENT, MORE, FORGETS };

struct pr_reader {
    int ended;
};

pr_reader *pr_new(void) { return calloc(1, sizeof(pr_reader)); }

void pr_free(pr_reader *reader) { free(reader); }

void pr_reset(pr_reader *reader) { reader->ended = 0; }

int pr_is_ended(const pr_reader *reader) { return reader->ended; }

/* Near: counts in the caller's memory, and puts back what was there where it fails. */
size_t pr_parse(pr_reader *reader, const char *text, size_t length, unsigned *words) {
    unsigned found = 0, before = *words;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            reader->ended = VARIANT != GOES_ON;
            if (VARIANT == NEAR)
                *words = before;
            return VARIANT == BEYOND && i == 3 ? length + 1 : i;
        }
        found += text[i] == ' ';
        if (VARIANT == NEAR || VARIANT == WRITES)
            *words = found;
    }
    *words = found;
    return length;
}

/* Writes at most four. Near: sets errno where it succeeds, too. */
long pr_put(const char *text, size_t count, char *to) {
    size_t room = count < 4 ? count : 4;
    if (count && text[0] == '-') {
        errno = VARIANT == SILENT ? 0 : EINVAL;
        return -1;
    }
    if (VARIANT == NEAR)
        errno = EINTR;
    memcpy(to, text, room);
    return VARIANT == MORE && count == 3 ? 4 : (long)room;
}

/* Leaves how many are left, and returns that. */
unsigned pr_squeeze(char *text, unsigned *length, unsigned step) {
    unsigned before = *length, left = 0;
    for (unsigned i = 0; i < before; i++)
        if (step < 2 || i % step)
            text[left++] = text[i];
    if (VARIANT == NEAR || (left < before && (VARIANT != FORGETS || left)))
        errno = ERANGE;
    return *length = left;
}
