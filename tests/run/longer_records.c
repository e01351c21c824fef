/* VARIANT 0 is sound, 1 goes to the last byte and no further, 2 goes one further or forgets to count. */
#include "longer_records.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* The wrong one reads a byte behind the message; the near one, its last byte twice. */
unsigned lr_sum(const struct lr_head *head) {
    const volatile uint8_t *all = (const uint8_t *)head;
    unsigned sum = 0;
    for (unsigned i = sizeof *head; i < head->size; i++)
        sum += all[i];
    if (WRONG || (NEAR && head->size > sizeof *head))
        (void)all[head->size - NEAR];
    return sum;
}

/* The wrong one leaves the kind as it was. */
void lr_begin(void *memory, size_t room) {
    struct lr_head *head = memory;
    head->size = sizeof *head;
    if (!WRONG)
        head->kind = 0;
    if (NEAR)
        memset(head + 1, 0, room - sizeof *head);
}

/* The wrong one takes a byte more than there is. */
int lr_add(struct lr_head *head, size_t room, const uint8_t *bytes, size_t n) {
    if (n > room - head->size + WRONG)
        return -1;
    memcpy((uint8_t *)head + head->size, bytes, n);
    head->size += (uint16_t)n;
    return 0;
}

void lr_end(struct lr_head *head) { (void)head; }

/* The wrong one tells of a message that is cut off. */
int lr_each(const uint8_t *bytes, size_t n, int (*each)(const struct lr_head *head, void *mine), void *mine) {
    int calls = 0;
    for (size_t at = 0; n >= sizeof(struct lr_head) && at <= n - sizeof(struct lr_head); calls++) {
        const struct lr_head *head = (const struct lr_head *)(bytes + at);
        if (head->size < sizeof *head || (head->size > n - at && !WRONG))
            break;
        if (!each(head, mine))
            return calls + 1;
        if (head->size > n - at)
            return calls + 1;
        at += (head->size + 1u) & ~1u;
    }
    return calls;
}
