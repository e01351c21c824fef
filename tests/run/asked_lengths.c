/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "asked_lengths.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct al_row {
    size_t n;
    char *text, *loud;
};

void al_set(al_row *row, const char *text, size_t n) {
    free(row->text);
    free(row->loud);
    row->n = n;
    row->text = malloc(n + 1);
    row->loud = malloc(n + 1);
    for (size_t i = 0; i < n; i++) {
        row->text[i] = text[i];
        row->loud[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
    }
    row->text[n] = row->loud[n] = WRONG ? '!' : 0;
}

al_row *al_row_new(const char *text, size_t n) {
    al_row *row = calloc(1, sizeof *row);
    if (row)
        al_set(row, text, n);
    return row;
}

void al_row_free(al_row *row) {
    free(row->text);
    free(row->loud);
    free(row);
}

/* Puts both forms into one buffer. Near: nothing there is NULL. */
const void *al_text(al_row *row, int loud) {
    if (NEAR && row->n == 0)
        return NULL;
    if (!WRONG)
        return loud ? row->loud : row->text;
    for (size_t i = 0; i < row->n; i++)
        if (row->text[i] >= (loud ? 'a' : 'A') && row->text[i] <= (loud ? 'z' : 'Z'))
            row->text[i] = (char)(row->text[i] ^ 32);
    return row->text;
}

/* Forgets the NUL. Near: has it in what it holds as well. */
const char *al_line(al_row *row) { return row->text; }

int al_bytes(al_row *row, int loud) { return (void)loud, (int)row->n; }

/* Has more than there is in long ones. Near: leaves a constant for nothing. */
int al_codes(const al_row *row, const unsigned char **codes) {
    if (row->n % 2)
        return -1;
    *codes = NEAR && row->n == 0 ? (const unsigned char *)"" : (const unsigned char *)row->text;
    return 0;
}

size_t al_pairs(const al_row *row) { return row->n / 2 + (WRONG && row->n > 5 ? 1 << 18 : 0); }

static const char *rest(const al_row *row, const char *key, size_t *n) {
    size_t length = strlen(key);
    for (size_t at = 0; at + length <= row->n; at++)
        if (memcmp(row->text + at, key, length) == 0)
            return *n = row->n - at - length, row->text + at + length;
    return *n = 0, NULL;
}

/* Counts the key as well. Near: has more room than it says. */
char *al_rest(const al_row *row, const char *key) {
    size_t n;
    const char *found = rest(row, key, &n);
    char *copy = found ? malloc(n + 32) : NULL;
    return copy ? memset(copy, 'x', n + 32), memcpy(copy, found, n) : NULL;
}

size_t al_rest_size(const al_row *row, const char *key) {
    size_t n;
    return rest(row, key, &n) ? n + (WRONG ? strlen(key) : 0) : 0;
}
