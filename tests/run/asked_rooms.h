/* Room whose size another function tells. */
#ifndef ASKED_ROOMS_H
#define ASKED_ROOMS_H

#include <stddef.h>

typedef struct ar_key ar_key;

/* A key of 16 to 40 bits. */
ar_key *ar_key_new(int bits);
void ar_key_free(ar_key *key);
void ar_key_grow(ar_key *key, int bits);

/* How many bytes a signature has at most. */
int ar_size(const ar_key *key);
/* Signs a text: the caller has room for ar_size bytes. Returns how many there are; -1 where the text is empty. */
int ar_sign(const ar_key *key, const char *text, unsigned char *out);

/* What there is to say, with its NUL: ar_room tells how many bytes that are at most. */
size_t ar_room(const ar_key *key, int loud);
void ar_say(const ar_key *key, int loud, char *out);

/* The sum of `rows` rows of samples, each of as many as ar_size tells. */
long ar_sum(const ar_key *key, const short *samples, size_t rows);

/* Writes all bytes of a seal, as many as ar_width tells: 2 to 5. */
int ar_width(const ar_key *key);
void ar_seal(const ar_key *key, unsigned char *out);
int ar_mix(const ar_key *key, unsigned char *bytes); /* reads as many, and puts them in the opposite order */

/* The number of bits in digits of a base from 2 to 36, in capitals where it is below 0: as many as ar_digits tells. */
int ar_digits(const ar_key *key, int base);
int ar_spell(const ar_key *key, int base, char *out);

#endif
