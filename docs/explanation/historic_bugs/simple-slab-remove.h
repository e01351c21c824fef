/** The slab of simple-slab, of 32-bit numbers, for C. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct slab slab;

slab *slab_new(size_t capacity);
void slab_free(slab *self);
/** Adds a number after the last, and returns how many there are. */
size_t slab_insert(slab *self, uint32_t value);
/** Removes the number at `offset`, which the last one then takes the place of. False if there is none. */
bool slab_remove(slab *self, size_t offset, uint32_t *removed);
bool slab_get(const slab *self, size_t offset, uint32_t *value);
size_t slab_len(const slab *self);
