#include "subject.h"

/* The byte at which it ends is taken from the input, and not from the count. */
unsigned wb_sum(wb_reader *reader, size_t most) {
    unsigned sum = 0;
    while (most-- > 0 && reader->avail_in > 0) {
        uint8_t byte = *reader->next_in++;
        if (byte == 0)
            break;
        sum += byte;
        reader->avail_in--;
    }
    return sum;
}
