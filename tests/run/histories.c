/* VARIANT 0 is sound, 1 as near to the defects as sound code comes, 2 copies what is in a list in a list wrong, 3 has
   a list of four forget that the last one is gone, and 4 aborts whatever is dropped. */
#include "histories.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
#define FORGETS (VARIANT == 3)

enum kind { NOTHING, FLAG, NUMBER, WORD, LIST };

struct hv {
    enum kind kind;
    int number;
    char *word;
    hv **parts;
    size_t count, room;
};

static hv *made(enum kind kind, int number) {
    hv *value = calloc(1, sizeof *value);
    if (value) {
        value->kind = kind;
        value->number = number;
    }
    return value;
}

hv *hv_null(void) { return made(NOTHING, 0); }

hv *hv_flag(int flag) { return made(FLAG, flag != 0); }

hv *hv_number(int number) { return made(NUMBER, number); }

hv *hv_list(void) { return made(LIST, 0); }

hv *hv_word(const char *word) {
    hv *value = made(WORD, 0);
    if (value)
        value->word = strdup(word);
    return value;
}

void hv_free(hv *value) {
    if (!value)
        return;
    for (size_t each = 0; each < value->count; each++)
        hv_free(value->parts[each]);
    free(value->parts);
    free(value->word);
    free(value);
}

int hv_add(hv *list, hv *part) {
    if (list->kind != LIST)
        return -1;
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : NEAR ? 1 : 4;
        hv **parts = realloc(list->parts, room * sizeof *parts);
        if (!parts)
            return -1;
        list->parts = parts;
        list->room = room;
    }
    list->parts[list->count++] = part;
    return 0;
}

int hv_drop(hv *list) {
    if (VARIANT == 4)
        abort();
    if (!list->count)
        return -1;
    hv_free(list->parts[list->count - 1]);
    if (!FORGETS || list->count != 4)
        list->count--;
    return 0;
}

size_t hv_count(const hv *value) { return value->count; }

static hv *copied(const hv *value, int depth) {
    hv *copy = made(value->kind, value->number);
    if (!copy)
        return NULL;
    if (value->word)
        copy->word = strdup(value->word);
    size_t count = WRONG && depth == 1 && value->count ? value->count - 1 : value->count;
    for (size_t each = 0; each < count; each++) {
        hv *part = copied(value->parts[each], depth + 1);
        if (!part || hv_add(copy, part)) {
            hv_free(part);
            hv_free(copy);
            return NULL;
        }
    }
    return copy;
}

hv *hv_copy(const hv *value) { return copied(value, 0); }

int hv_equal(const hv *one, const hv *other) {
    if (one->kind != other->kind || one->number != other->number || one->count != other->count)
        return 0;
    if (one->word && strcmp(one->word, other->word))
        return 0;
    for (size_t each = 0; each < one->count; each++)
        if (!hv_equal(one->parts[each], other->parts[each]))
            return 0;
    return 1;
}
