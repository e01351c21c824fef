/* VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 moves the books where they are to stay. */
#include "borrowed_handles.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

struct bo_book { int number; bo_book *next; };
struct bo_shelf { bo_book *first; int count; };

bo_shelf *bo_shelf_new(void) { return calloc(1, sizeof(bo_shelf)); }

void bo_shelf_free(bo_shelf *shelf) {
    while (shelf->first != NULL) {
        bo_book *gone = shelf->first;
        shelf->first = gone->next;
        free(gone);
    }
    free(shelf);
}

/* Puts a book in the place of another one, which is gone. */
static void replace(bo_book **at) {
    bo_book *copy = malloc(sizeof *copy), *old = *at;
    *copy = *old;
    *at = copy;
    memset(old, 0x55, sizeof *old);
    free(old);
}

int bo_put(bo_shelf *shelf, int number) {
    if (shelf->count == 4)
        return -1;
    if (IS(WRONG) && shelf->first != NULL)
        replace(&shelf->first);
    bo_book *book = malloc(sizeof *book);
    *book = (bo_book){number, shelf->first};
    shelf->first = book;
    shelf->count++;
    return 0;
}

int bo_sort(bo_shelf *shelf) {
    if (IS(NEAR))
        for (bo_book **at = &shelf->first; *at != NULL; at = &(*at)->next)
            replace(at);
    return 0;
}

int bo_turn(bo_book *book) {
    if (IS(NEAR))
        for (bo_book **at = &book->next; *at != NULL; at = &(*at)->next)
            replace(at);
    return 0;
}

int bo_first(bo_shelf *shelf, bo_book **book) {
    if (shelf->first == NULL)
        return -1;
    *book = shelf->first;
    return 0;
}

int bo_next(bo_shelf *shelf, bo_book *book, bo_book **next) {
    if (IS(NEAR))
        *next = book; /* before it is known that there is one; what it holds after a failure is nobody's matter */
    (void)shelf;
    if (book->next == NULL)
        return -1;
    *next = book->next;
    return 0;
}

int bo_number(const bo_book *book) { return book->number; }

int bo_place_first(bo_place *place, bo_shelf *shelf) {
    *place = (bo_place){shelf->first};
    return shelf->first == NULL ? -1 : 0;
}

int bo_place_on(bo_place *place) {
    if (place->at->next == NULL)
        return -1;
    place->at = place->at->next;
    return 0;
}

int bo_place_number(const bo_place *place) { return place->at->number; }
