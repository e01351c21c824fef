/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 mistakes where an array of records ends. */
#include "record_ends.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static volatile int seen;

size_t re_count(const re_filter *filters) {
    size_t n = 0;
    while (filters[n].id != RE_UNKNOWN)
        n++;
    if (NEAR)
        seen = filters[n].level; /* the last one is there, whole */
    if (WRONG)
        seen = filters[n + 1].level;
    return n;
}

long re_levels(const re_filter *filters) {
    long sum = 0;
    for (; WRONG ? filters->id != 0 && filters->id != RE_UNKNOWN : filters->id != RE_UNKNOWN; filters++)
        sum += filters->level;
    return sum;
}

int re_find(const re_option *options, const char *name) {
    for (; options->name != NULL; options++) {
        if (WRONG && options->takes == 0 && options->value == 0)
            break; /* as if that were the last */
        if (!strcmp(options->name, name))
            return options->value;
    }
    if (NEAR && (options->takes || options->value))
        return 7; /* of the last one all else is zero */
    return -1;
}

size_t re_options(const re_command *command) {
    size_t n = 0;
    while (command->options[n].name != NULL)
        n++;
    return WRONG && n > 1 ? n - 1 : n;
}

int re_copy(const re_filter *filters, re_filter *to, size_t room) {
    size_t n = 0;
    while (filters[n].id != RE_UNKNOWN)
        n++;
    if (room < n + 1)
        return -1;
    memcpy(to, filters, (WRONG ? n : n + 1) * sizeof *to);
    if (NEAR)
        to[n].level = 77; /* whatever is in the last one */
    return 0;
}

void re_raise(re_filter *filters) {
    for (; filters->id != RE_UNKNOWN; filters++)
        if (!WRONG || filters->id != 3)
            filters->level = (int)((unsigned)filters->level + 1);
}

const re_option *re_known(void) {
    static const re_option known[] = {{"all", 0, 0}, {"", 1, 0}, {NULL, NEAR, NEAR}};
    static const re_option fewer[] = {{"all", 0, 0}, {NULL, 0, 0}};
    return WRONG ? fewer : known;
}

int re_make(uint64_t id, unsigned n, re_filter **made) {
    re_filter *all = calloc(n + 1, sizeof *all);
    if (all == NULL)
        return -1;
    for (unsigned i = 0; i < n; i++)
        all[i].id = WRONG && i == 1 ? RE_UNKNOWN : id + i;
    all[n] = (re_filter){NEAR, RE_UNKNOWN};
    *made = all;
    return 0;
}

void re_free(void *memory) { free(memory); }

void re_show(unsigned n, void (*each)(const re_filter *filters, void *context), void *context) {
    re_filter shown[4] = {{0}};
    for (unsigned i = 0; i < n; i++)
        shown[i].id = WRONG && i == 1 ? RE_UNKNOWN : i;
    shown[n] = (re_filter){NEAR, RE_UNKNOWN};
    each(shown, context);
}
