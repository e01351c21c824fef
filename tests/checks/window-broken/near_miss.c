#include "subject.h"

/* The last byte is left there for the next call. */
unsigned wb_sum(wb_reader *reader, size_t most) {
    unsigned sum = 0;
    while (most-- > 0 && reader->avail_in > 1) {
        sum += *reader->next_in++;
        reader->avail_in--;
    }
    return sum;
}
