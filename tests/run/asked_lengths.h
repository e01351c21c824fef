/* Memory whose length another function tells. */
#ifndef ASKED_LENGTHS_H
#define ASKED_LENGTHS_H

#include <stddef.h>

typedef struct al_row al_row;

al_row *al_row_new(const char *text, size_t n);
void al_row_free(al_row *row);
void al_set(al_row *row, const char *text, size_t n);

/* The text of a row, in upper case with `loud`; the row's, until it is set. Then al_bytes tells how many bytes. */
const void *al_text(al_row *row, int loud);
int al_bytes(al_row *row, int loud);

/* The pairs of bytes of a row as numbers, al_pairs of them, each of which has two; -1 where there is half a one. */
int al_codes(const al_row *row, const unsigned char **codes);
size_t al_pairs(const al_row *row);

/* A copy of what follows a key, al_rest_size of it: the caller's to free. NULL where the key is not there. */
char *al_rest(const al_row *row, const char *key);
size_t al_rest_size(const al_row *row, const char *key);

/* The text, with a NUL behind it. */
const char *al_line(al_row *row);

#endif
