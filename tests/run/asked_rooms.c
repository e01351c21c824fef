/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "asked_rooms.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ar_key {
    int bits;
};

ar_key *ar_key_new(int bits) {
    ar_key *key = malloc(sizeof *key);
    if (key)
        key->bits = bits;
    return key;
}

void ar_key_free(ar_key *key) { free(key); }

void ar_key_grow(ar_key *key, int bits) { key->bits = bits; }

/* Forgets the last bits, which are no whole byte. */
int ar_size(const ar_key *key) { return WRONG ? key->bits / 8 : (key->bits + 7) / 8; }

/* Near: fills all of the room, though it needs less. */
int ar_sign(const ar_key *key, const char *text, unsigned char *out) {
    int n = (key->bits + 7) / 8;
    if (!*text)
        return -1;
    for (int i = 0; i < n; i++)
        out[i] = (unsigned char)(text[0] + i);
    return NEAR ? 1 : n;
}

/* The NUL has no room. Near: there is exactly as much as is needed. */
size_t ar_room(const ar_key *key, int loud) {
    size_t n = (size_t)key->bits / 10 + (size_t)loud;
    return n + !WRONG + !NEAR;
}

void ar_say(const ar_key *key, int loud, char *out) {
    size_t n = (size_t)key->bits / 10;
    memset(out, loud ? 'A' : 'a', n);
    if (loud)
        out[n++] = '!';
    if (WRONG)
        out[n++] = '.';
    out[n] = 0;
}

/* Forgets the last row. */
long ar_sum(const ar_key *key, const short *samples, size_t rows) {
    size_t n = (size_t)ar_size(key) * (WRONG && rows ? rows - 1 : rows);
    long sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += samples[NEAR ? n - 1 - i : i];
    return sum;
}

int ar_width(const ar_key *key) { return (key->bits + 7) / 8; }

/* Leaves the last byte as it is. Near: writes that one first. */
void ar_seal(const ar_key *key, unsigned char *out) {
    int n = ar_width(key);
    if (NEAR)
        out[n - 1] = 0;
    for (int i = 0; i < n - WRONG; i++)
        out[i] = (unsigned char)(key->bits + i);
}

/* Leaves those in the middle as they are. */
int ar_mix(const ar_key *key, unsigned char *bytes) {
    int n = ar_width(key);
    for (int i = 0; i < (WRONG ? 1 : n / 2); i++) {
        unsigned char first = bytes[i];
        bytes[i] = bytes[n - 1 - i];
        bytes[n - 1 - i] = first;
    }
    return n;
}

int ar_digits(const ar_key *key, int base) {
    int digits = 1;
    for (int rest = key->bits / base; rest; rest /= base)
        digits++;
    return digits;
}

/* Writes a NUL, for which there is no room. Near: has no digits of a base of 40, of which nobody knows the room. */
int ar_spell(const ar_key *key, int base, char *out) {
    int n = ar_digits(key, abs(base)), rest = key->bits;
    if (NEAR && abs(base) > 36)
        abort();
    for (int i = n; i-- > 0; rest /= abs(base))
        out[i] = (base < 0 ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "0123456789abcdefghijklmnopqrstuvwxyz")[rest % abs(base)];
    if (WRONG)
        out[n] = 0;
    return n;
}
