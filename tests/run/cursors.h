/* Functions that go on where the last call was, by a variable of the caller's: as `strtok_r` and `getline`. */
#ifndef CURSORS_H
#define CURSORS_H

#include <stddef.h>
#include <stdlib.h>

char *cu_token(char *text, const char *delimiters, char **save);

typedef struct cu_source cu_source;
cu_source *cu_source_new(const char *text);
void cu_source_free(cu_source *source);
long cu_line(char **line, size_t *room, cu_source *source); /* -1 at the end */

/* What is passed to them over and over, and the ways in which they are called. */
typedef struct cu_tokens {
    char *save;
} cu_tokens;
#define cu_tokens_begin(text, delimiters, tokens) cu_token(text, delimiters, &(tokens)->save)
#define cu_tokens_next(delimiters, tokens) cu_token(NULL, delimiters, &(tokens)->save)

typedef struct cu_buffer {
    char *line;
    size_t room;
} cu_buffer;
#define cu_buffer_begin(it) ((void)(*(it) = (cu_buffer){NULL, 0}))
#define cu_buffer_next(it, source) cu_line(&(it)->line, &(it)->room, source)
#define cu_buffer_end(it) free((it)->line)

/* As many letters as there is room for; at the end NULL is left in `from`. */
size_t cu_widen(int *to, const char **from, size_t room, unsigned *state);

typedef struct cu_wide {
    const char *from;
    unsigned state;
} cu_wide;
#define cu_wide_begin(text, it) ((void)(*(it) = (cu_wide){(text), 0}))
#define cu_wide_next(to, room, it) cu_widen((to), &(it)->from, (room), &(it)->state)
#define cu_wide_end(it) ((void)(it))

#endif
