/* Pieces of a roll that a shelf takes over as long as it has room, and that end before their roll. */
#ifndef REFUSED_CHILDREN_H
#define REFUSED_CHILDREN_H

typedef struct rc_roll rc_roll;
typedef struct rc_piece rc_piece;
typedef struct rc_shelf rc_shelf;

rc_roll *rc_roll_new(void);
rc_piece *rc_cut(rc_roll *roll);
rc_piece *rc_next(const rc_piece *piece); /* NULL where there is none: there never is */
void rc_piece_free(rc_piece *piece);      /* the roll counts its pieces */
void rc_roll_free(rc_roll *roll);

rc_shelf *rc_shelf_new(void);
int rc_put(rc_shelf *shelf, rc_piece *piece);       /* -1 where it has one already: then it is the caller's still */
int rc_put_behind(rc_piece *before, rc_piece *piece); /* takes it over: 0 */
void rc_shelf_free(rc_shelf *shelf);

#endif
