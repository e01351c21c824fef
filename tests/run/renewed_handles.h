/* Objects in the caller's memory, which is used again once they were destroyed. */
#ifndef RENEWED_HANDLES_H
#define RENEWED_HANDLES_H

#include <stddef.h>

typedef struct { char *data; size_t size, room; int mark; } re_text;

int re_text_init(re_text *text, size_t room);
void re_text_destroy(re_text *text);
int re_push(re_text *text, int c);
size_t re_size(const re_text *text);

typedef struct { int level; long total; int mark; } re_sum;

int re_begin(re_sum *sum);
int re_add(re_sum *sum, int n);
long re_end(re_sum *sum);

#endif
