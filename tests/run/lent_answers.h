/* A store of texts whose answers point into it: through a pointer to a pointer, and in a record. */
#ifndef LENT_ANSWERS_H
#define LENT_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct la_store la_store;

typedef struct la_view {
    size_t size;
    const uint8_t *data;
} la_view;

la_store *la_new(void);
void la_free(la_store *store);
int la_put(la_store *store, unsigned key, const uint8_t *data, size_t size);
int la_find(const la_store *store, unsigned key, const char **text);
int la_view_of(const la_store *store, unsigned key, la_view *view);
int la_kind(const la_store *store, const char **name);

#endif
