#include <stddef.h>

/* Adds up bytes that are put into room of its own. */
typedef struct lr_sum lr_sum;

lr_sum *lr_new(void);
void lr_free(lr_sum *sum);
/* Returns room for `size` bytes, which lasts until the next call. */
void *lr_room(lr_sum *sum, int size);
/* Takes the first `size` bytes of the room; returns the sum of all so far. */
unsigned lr_take(lr_sum *sum, int size);
