#include "subject.h"

/* The last byte is taken from the input, and not from the count. */
unsigned wb_sum(wb_reader *reader, size_t most) {
    unsigned sum = 0;
    while (most-- > 0 && reader->avail_in > 0) {
        sum += *reader->next_in++;
        if (reader->avail_in == 1)
            break;
        reader->avail_in--;
    }
    return sum;
}
