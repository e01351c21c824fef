/* Each aborts when it is given a place or a cursor of another list. VARIANT 0 and 1 are sound, 2 has mistakes. */
#include "handle_parents.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct hp_place {
    hp_list *list;
    int at, letter;
};

struct hp_list {
    int length;
    hp_place places[17];
};

struct hp_cursor {
    hp_list *list;
    int at;
};

hp_list *hp_empty(void) { return calloc(1, sizeof(hp_list)); }

hp_list *hp_of(const char *letters) {
    hp_list *list = hp_empty();
    size_t length = strlen(letters);
    if (length > 16) {
        free(list);
        return NULL;
    }
    for (size_t n = 0; n < length; n++)
        list->places[n] = (hp_place){list, (int)n, letters[n] & 127};
    list->length = (int)length;
    return list;
}

void hp_free(hp_list *list) { free(list); }

int hp_length(const hp_list *list) { return list->length; }

hp_place *hp_first(hp_list *list) { return list->length ? list->places : NULL; }

hp_place *hp_next(hp_list *list, hp_place *place) {
    if (place->list != list)
        abort();
    if (place->at + (WRONG ? 0 : 1) >= list->length)
        return NULL;
    if (NEAR)
        return &list->places[place->at + 1];
    return place + 1;
}

int hp_letter(const hp_place *place) { return WRONG && place->at ? -1 : place->letter; }

int hp_set(hp_list *list, hp_place *place, int letter) {
    if (place->list != list)
        abort();
    if (letter < 0 || letter > 127)
        return -1;
    place->letter = letter;
    return 0;
}

void hp_clear(hp_list *list) { list->length = 0; }

hp_cursor *hp_cursor_new(hp_list *list) {
    hp_cursor *cursor = malloc(sizeof *cursor);
    if (cursor)
        *cursor = (hp_cursor){list, 0};
    return cursor;
}

hp_cursor *hp_cursor_copy(const hp_cursor *original) {
    hp_cursor *cursor = malloc(sizeof *cursor);
    if (cursor)
        *cursor = *original;
    return cursor;
}

void hp_cursor_free(hp_cursor *cursor) { free(cursor); }

int hp_cursor_left(const hp_cursor *cursor) {
    int left = cursor->list->length - cursor->at;
    return left > 0 ? left : 0;
}

int hp_cursor_step(hp_cursor *cursor, hp_list *list) {
    if (cursor->list != list)
        abort();
    if (cursor->at >= list->length)
        return WRONG && list->length ? -2 : -1;
    return list->places[cursor->at++].letter;
}
