/* Functions that are called again from their own callback: see reentry.c. */
#ifndef NESTED_H
#define NESTED_H

#include <stddef.h>
#include <stdint.h>

typedef int (*ns_seen)(void *context, uint8_t byte);
long ns_each(const uint8_t *data, size_t n, ns_seen seen, void *context);
const char *ns_name(unsigned number, ns_seen seen, void *context);
int ns_locked(ns_seen seen, void *context);
double ns_many(double a, int b, double c, int d, int e, int f, int g, int h, int i, double j, ns_seen seen, void *context);

typedef struct ns_list ns_list;
ns_list *ns_list_new(unsigned length);
void ns_list_free(ns_list *list);
long ns_list_sum(ns_list *list, ns_seen seen, void *context);
int ns_list_clear(ns_list *list, ns_seen seen, void *context);

int ns_last(int number);
long ns_twice(const uint8_t *data, size_t n, ns_seen seen, void *context);

#endif
