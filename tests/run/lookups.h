/* Kinds that the library has, which are looked up, and cards that it allocates though their type is in the header. */
#ifndef LOOKUPS_H
#define LOOKUPS_H

typedef struct lu_kind lu_kind;
const lu_kind *lu_kind_of(int number); /* 1 to 3; NULL for others */
const lu_kind *lu_kind_named(const char *name);
int lu_number(const lu_kind *kind);
const char *lu_name(const lu_kind *kind);

typedef struct lu_card {
    char *name;
    int number;
} lu_card;
int lu_card_new(lu_card **card, int number);
int lu_card_copy(lu_card **copy, const lu_card *card);
int lu_card_number(const lu_card *card);
void lu_card_free(lu_card *card);

#endif
