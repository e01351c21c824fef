/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "cursors.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Wrong: where it is stands in the library. Near: what stands there is looked at by the same call alone. */
char *cu_token(char *text, const char *delimiters, char **save) {
    static _Thread_local char *at;
    if (text || !WRONG)
        at = text ? text : *save;
    char *token = at + strspn(at, delimiters);
    char *end = token + strcspn(token, delimiters);
    at = NEAR || WRONG ? end + (*end != 0) : at;
    *save = end + (*end != 0);
    *end = 0;
    return token == end ? NULL : token;
}

struct cu_source {
    char *text;
    const char *next;
};

cu_source *cu_source_new(const char *text) {
    cu_source *source = malloc(sizeof *source);
    source->next = source->text = strdup(text);
    return source;
}

void cu_source_free(cu_source *source) {
    free(source->text);
    free(source);
}

/* Wrong: forgets the buffer that was too small. Near: copies it by hand, and frees it. */
long cu_line(char **line, size_t *room, cu_source *source) {
    size_t n = strcspn(source->next, ";");
    if (*source->next == 0)
        return -1;
    if (*line == NULL || *room <= n) {
        char *larger = NEAR || WRONG ? malloc(n + 1) : realloc(*line, n + 1);
        if (NEAR)
            free(*line);
        *line = larger;
        *room = n + 1;
    }
    memcpy(*line, source->next, n);
    (*line)[n] = 0;
    source->next += n + (source->next[n] != 0);
    return (long)n;
}

/* Wrong: where there was just room enough for all, it takes the end for reached. Near: looks whether it is. */
size_t cu_widen(int *to, const char **from, size_t room, unsigned *state) {
    size_t n = 0;
    for (; n < room && **from != 0; n++, ++*state)
        to[n] = (unsigned char)*(*from)++;
    if (n < room) {
        to[n] = 0;
        *from = NULL;
    } else if (WRONG && **from == 0) {
        *from = NULL;
    }
    return n;
}
