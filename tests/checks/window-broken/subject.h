#include <stddef.h>
#include <stdint.h>

/* Input that is read from one call to the next: `avail_in` bytes are left at `next_in`. */
typedef struct wb_reader {
    const uint8_t *next_in;
    size_t avail_in;
} wb_reader;

/* Reads up to `most` bytes, as far as there are any, and returns their sum. */
unsigned wb_sum(wb_reader *reader, size_t most);
