/** The slab of the crate slab, of 64-bit numbers, for C. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct slab slab;

slab *slab_new(size_t capacity);
void slab_free(slab *self);
/** Adds a number and returns its key. */
size_t slab_insert(slab *self, uint64_t value);
bool slab_remove(slab *self, size_t key, uint64_t *removed);
/** Exchanges the numbers of two keys. False, and nothing, if they are the same or one is of no number. */
bool slab_swap(slab *self, size_t one, size_t other);
bool slab_get(const slab *self, size_t key, uint64_t *value);
