/** The vector of smallvec, of 64-bit numbers with room for four inline, for C. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct small_vec small_vec;

small_vec *small_new(void);
void small_free(small_vec *self);
void small_push(small_vec *self, uint64_t value);
bool small_pop(small_vec *self, uint64_t *value);
/** Reallocates to exactly `capacity` elements. False, and nothing, where that is less than there are. */
bool small_grow(small_vec *self, size_t capacity);
size_t small_len(const small_vec *self);
size_t small_capacity(const small_vec *self);
bool small_get(const small_vec *self, size_t index, uint64_t *value);
