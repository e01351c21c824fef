/* What a call leaves leads to memory of the library's: texts, bytes and records behind pointers. */
#ifndef LEFT_POINTERS_H
#define LEFT_POINTERS_H

#include <stddef.h>

void lp_name(unsigned n, const char **name);                               /* "even" or "odd" */
int lp_copies(unsigned char value, const unsigned char **bytes, size_t *n); /* as many bytes as `value`, each that */

typedef struct lp_error {
    int code;
    const char *message;
} lp_error;
int lp_parse(const char *text, const lp_error **error); /* how many digits; -1 with what is wrong, where that is asked */

typedef struct lp_part {
    size_t n;
    const char *first;
} lp_part;
lp_part lp_tail(const char *text);           /* what follows the first slash; nothing where none does */
void lp_head(const char *text, lp_part *out); /* what stands before it */

#endif
