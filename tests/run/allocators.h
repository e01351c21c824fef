#ifndef POOLS_H
#define POOLS_H

#include <stddef.h>
#include <stdint.h>

/* Allocators in a record, as zlib has them. */
typedef struct po_memory {
    void *(*alloc)(void *pool, unsigned items, unsigned size);
    void (*free)(void *pool, void *address);
    void *pool;
} po_memory;
typedef struct po_list po_list;
po_list *po_list_new(const po_memory *memory, unsigned room);
void po_list_free(po_list *list);
int po_list_add(po_list *list, const char *text);
int po_list_drop(po_list *list);
int po_list_trim(po_list *list);
int po_list_weigh(const po_list *list);

/* One function for all of it, as Lua has it. */
typedef void *(*po_resize)(void *pool, void *old, size_t was, size_t size);
typedef struct po_text po_text;
po_text *po_text_new(po_resize resize, void *pool);
void po_text_free(po_text *text);
int po_text_append(po_text *text, const uint8_t *piece, size_t n);

/* For one call alone. */
int po_sort(int *xs, size_t n, void *(*alloc)(size_t size), void (*release)(void *memory));
int po_zeros(size_t n, void *(*clear)(size_t count, size_t size), void (*release)(void *memory));
int po_hoard(const po_memory *memory, unsigned n);
int po_two(const po_memory *one, const po_memory *other);

#endif
