#include <stddef.h>

typedef struct tally {
    char kind;
    int capital, other;
} tally;

/* Counts letters, and writes all of `found`. */
int count(const char *text, size_t size, tally *found);
