/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "lookups.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct lu_kind {
    const char *name;
    int number;
};

static const lu_kind kinds[] = {{"one", 1}, {"two", 2}, {"three", 3}};
static const lu_kind again = {"two", 2};

const lu_kind *lu_kind_of(int number) { return number < 1 || number > 3 ? NULL : &kinds[number - 1]; }

/* Finds a copy of one of them. Near: looks from the end. */
const lu_kind *lu_kind_named(const char *name) {
    if (WRONG && strcmp(name, "two") == 0)
        return &again;
    for (int i = 0; i < 3; i++) {
        const lu_kind *kind = &kinds[NEAR ? 2 - i : i];
        if (strcmp(kind->name, name) == 0)
            return kind;
    }
    return NULL;
}

int lu_number(const lu_kind *kind) { return kind->number; }
const char *lu_name(const lu_kind *kind) { return kind->name; }

int lu_card_new(lu_card **card, int number) {
    *card = calloc(1, sizeof **card);
    if (!*card)
        return -1;
    (*card)->number = number;
    return 0;
}

/* Forgets the number. Near: makes a new one, and sets the number then. */
int lu_card_copy(lu_card **copy, const lu_card *card) {
    int status = lu_card_new(copy, NEAR || WRONG ? 0 : card->number);
    if (NEAR && status == 0)
        (*copy)->number = card->number;
    return status;
}

int lu_card_number(const lu_card *card) { return card->number; }
void lu_card_free(lu_card *card) { free(card); }
