/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "observers.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ob_pile {
    unsigned count;
    int numbers[12];
    char name[12], other[12];
    int second;
    ob_pile *below[2];
    unsigned laid;
};

ob_pile *ob_pile_new(int first) {
    ob_pile *pile = calloc(1, sizeof *pile);
    if (pile)
        ob_push(pile, first);
    return pile;
}

void ob_pile_free(ob_pile *pile) { free(pile); }

/* Forgets to count the fourth, and takes a 9 for an 8. Near: takes what is there already as well. */
int ob_push(ob_pile *pile, int number) {
    if (pile->count == 12)
        return -1;
    pile->numbers[pile->count] = WRONG && number == 9 ? 8 : number;
    if (!WRONG || pile->count != 3)
        pile->count++;
    return 0;
}

int ob_pop(ob_pile *pile, int *number) {
    if (!pile->count)
        return -1;
    *number = pile->numbers[--pile->count];
    return 0;
}

unsigned ob_count(const ob_pile *pile) { return pile->count; }

int ob_at(const ob_pile *pile, unsigned place) { return place < pile->count ? pile->numbers[place] : -1; }

/* Sets what comes after the third as well. Near: sets all that come after with what they are. */
int ob_set(ob_pile *pile, unsigned place, int number) {
    if (place >= pile->count)
        return -1;
    pile->numbers[place] = number;
    for (unsigned i = place + 1; NEAR && i < pile->count; i++)
        pile->numbers[i] = pile->numbers[i] + 1 - 1;
    if (WRONG && place == 1 && pile->count > 2)
        pile->numbers[2] = number;
    return 0;
}

/* Loses the last character of a long one. Near: has the names in two places in turn. */
void ob_rename(ob_pile *pile, const char *name) {
    pile->second = NEAR && !pile->second;
    strcpy(pile->second ? pile->other : pile->name, name);
    if (WRONG && strlen(name) == 8)
        pile->name[7] = '\0';
}

const char *ob_name(const ob_pile *pile) { return pile->second ? pile->other : pile->name; }

bool ob_is_named(const ob_pile *pile, const char *name) { return !strcmp(ob_name(pile), name); }

/* Spells a 7 wrongly. Near: has written what there was room for, without an end, when it fails. */
int ob_spell(const ob_pile *pile, char *out, size_t room) {
    if (NEAR)
        memset(out, 'x', room);
    if (room <= pile->count)
        return -1;
    for (unsigned i = 0; i < pile->count; i++)
        out[i] = (char)('0' + pile->numbers[i] + (WRONG && pile->numbers[i] == 7));
    out[pile->count] = '\0';
    return 0;
}

bool ob_reads_as(const ob_pile *pile, const char *text) {
    for (unsigned i = 0; i < pile->count; i++)
        if (text[i] != '0' + pile->numbers[i])
            return false;
    return strlen(text) == pile->count;
}

/* Keeps what was below it the first time. Near: has each in another place. */
void ob_lay(ob_pile *pile, ob_pile *below) {
    if (NEAR)
        pile->laid = !pile->laid;
    if (!WRONG || !pile->below[0])
        pile->below[pile->laid] = below;
}

ob_pile *ob_below(const ob_pile *pile) { return pile->below[pile->laid]; }

int ob_last(const ob_pile *pile) {
    if (!pile->count)
        abort();
    return pile->numbers[pile->count - 1];
}

/* Pushes the first number of what is below. Near: takes that off for a while. */
void ob_raise(ob_pile *pile) {
    ob_pile *below = ob_below(pile);
    int number;
    if (NEAR && !ob_pop(below, &number))
        ob_push(below, number);
    number = WRONG ? below->numbers[0] : ob_last(below);
    pile->numbers[pile->count++] = number;
}

/* Moves one less than it says. Near: moves none where there is no room. */
int ob_move(ob_pile *from, ob_pile *to, unsigned char most) {
    int moved = 0, number;
    while (moved < most && (!NEAR || to->count < 12) && !ob_pop(from, &number)) {
        if (ob_push(to, number)) {
            ob_push(from, number);
            break;
        }
        moved++;
    }
    return moved + (WRONG && moved > 1);
}
