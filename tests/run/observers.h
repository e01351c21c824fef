/* A pile of numbers: what its calls promise is told by other functions. */
#ifndef OBSERVERS_H
#define OBSERVERS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ob_pile ob_pile;

ob_pile *ob_pile_new(int first);
void ob_pile_free(ob_pile *pile);
int ob_push(ob_pile *pile, int number);  /* 0, or -1 where 12 are there */
int ob_pop(ob_pile *pile, int *number);  /* 0, or -1 where none is there */
unsigned ob_count(const ob_pile *pile);
int ob_at(const ob_pile *pile, unsigned place);  /* -1 where nothing is */
int ob_set(ob_pile *pile, unsigned place, int number);  /* 0, or -1 where nothing is */
void ob_rename(ob_pile *pile, const char *name);
const char *ob_name(const ob_pile *pile);
bool ob_is_named(const ob_pile *pile, const char *name);
int ob_move(ob_pile *from, ob_pile *to, unsigned char most);  /* how many were moved */

int ob_spell(const ob_pile *pile, char *out, size_t room);  /* the numbers as text; -1 where there is too little room */
bool ob_reads_as(const ob_pile *pile, const char *text);

void ob_lay(ob_pile *pile, ob_pile *below);  /* remembers what is below it */
ob_pile *ob_below(const ob_pile *pile);
int ob_last(const ob_pile *pile);  /* of one that is not empty */
void ob_raise(ob_pile *pile);  /* pushes the last number of what is below; there is one, and room for it */

#endif
