/* Functions that are refused memory: see wants.c. */
#ifndef WANTS_H
#define WANTS_H

#include <stddef.h>
#include <stdint.h>

enum { WA_OK = 0, WA_EMPTY = -1, WA_MEMORY = -4 };

char *wa_twice(const char *text);
int wa_join(const char *a, const char *b, char **out);
int wa_sort(int32_t *xs, size_t n);
int wa_count(const char *text, size_t *words);
char *wa_pair(const char *text);
int wa_both(uint8_t *out, size_t n);

typedef struct wa_list wa_list;
wa_list *wa_list_new(size_t room);
int wa_list_add(wa_list *list, int32_t value);
void wa_list_free(wa_list *list);

#endif
