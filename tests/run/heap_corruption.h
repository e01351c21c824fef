/* Blocks of the library's own, and where they end. */
#ifndef SPOILS_H
#define SPOILS_H

#include <stddef.h>
#include <stdint.h>

typedef struct sp_stack sp_stack;

char *sp_join(const char *one, const char *two);
void sp_free(char *text);
int sp_median(const int *xs, size_t n, int *out);
int sp_words(const char *text);

sp_stack *sp_new(void);
void sp_end(sp_stack *stack);
int sp_push(sp_stack *stack, int value);
int sp_pop(sp_stack *stack, int *value);

#endif
