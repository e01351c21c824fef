/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can; the others have one each. */
#include "refused_children.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define TAKEN (VARIANT == 2)
#define LOST (VARIANT == 3)

struct rc_roll { int *pieces; };
struct rc_piece { rc_roll *roll; rc_piece *next; };
struct rc_shelf { rc_piece *piece; };

rc_roll *rc_roll_new(void) {
    rc_roll *roll = malloc(sizeof *roll);
    if (roll)
        roll->pieces = calloc(1, sizeof(int));
    return roll;
}

rc_piece *rc_cut(rc_roll *roll) {
    rc_piece *piece = calloc(1, sizeof *piece);
    if (piece) {
        piece->roll = roll;
        ++*roll->pieces;
    }
    return piece;
}

rc_piece *rc_next(const rc_piece *piece) { return piece->next; }

/* Lost: what is behind it stays there. Near: what is behind it goes first. */
void rc_piece_free(rc_piece *piece) {
    rc_piece *next = piece->next;
    if (NEAR && next)
        rc_piece_free(next);
    --*piece->roll->pieces;
    free(piece);
    if (!NEAR && !LOST && next)
        rc_piece_free(next);
}

void rc_roll_free(rc_roll *roll) {
    free(roll->pieces);
    roll->pieces = NULL;
    free(roll);
}

rc_shelf *rc_shelf_new(void) { return calloc(1, sizeof(rc_shelf)); }

/* Taken: what it has no room for is freed, and it is the caller's still. */
int rc_put(rc_shelf *shelf, rc_piece *piece) {
    if (shelf->piece) {
        if (TAKEN)
            rc_piece_free(piece);
        return -1;
    }
    shelf->piece = piece;
    return 0;
}

int rc_put_behind(rc_piece *before, rc_piece *piece) {
    while (before->next)
        before = before->next;
    before->next = piece;
    return 0;
}

void rc_shelf_free(rc_shelf *shelf) {
    if (shelf->piece)
        rc_piece_free(shelf->piece);
    free(shelf);
}
