/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 reads what it has written. */
#include "overlaps.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* The wrong one goes forwards, wherever the two are. */
void ov_move(void *to, const void *from, size_t n) {
    volatile uint8_t *out = to;
    const volatile uint8_t *in = from;
    if (NEAR) {
        memmove(to, from, n);
    } else if (WRONG || out <= in) {
        for (size_t i = 0; i < n; i++)
            out[i] = in[i];
    } else {
        while (n-- > 0)
            out[n] = in[n];
    }
}

/* The wrong one writes while it reads. */
int ov_upper(char *to, size_t room, const char *from) {
    char kept[64];
    size_t n = strlen(from);
    if (n >= room)
        return -1;
    if (!WRONG)
        memcpy(kept, from, n);
    for (size_t i = 0; i < n; i++) {
        char letter = WRONG ? ((const volatile char *)from)[i] : kept[i];
        ((volatile char *)to)[i] = letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
    }
    to[n] = '\0';
    return 0;
}

/* The wrong one goes backwards, wherever the two are. */
void ov_delta(int32_t *to, const int32_t *from, size_t n) {
    int32_t kept[64];
    if (WRONG) {
        for (size_t i = n; i-- > 0;)
            ((volatile int32_t *)to)[i] = (int32_t)((uint32_t)from[i] - (i > 0 ? (uint32_t)from[i - 1] : 0));
        return;
    }
    memcpy(kept, from, n * sizeof *from);
    for (size_t i = 0; i < n; i++)
        to[i] = (int32_t)((uint32_t)kept[i] - (i > 0 ? (uint32_t)kept[i - 1] : 0));
}

void ov_swapped(ov_pair *to, const ov_pair *from) {
    int32_t a = from->a;
    ((volatile ov_pair *)to)->a = from->b;
    to->b = WRONG ? ((const volatile ov_pair *)from)->a : a;
}

/* The wrong one sums up what it reads a second time. */
uint32_t ov_sum(uint8_t *to, const uint8_t *from, size_t n) {
    uint8_t kept[256];
    uint32_t sum = 0;
    memcpy(kept, from, n);
    for (size_t i = 0; i < n; i++)
        ((volatile uint8_t *)to)[i] = kept[i] ^ 0x55;
    for (size_t i = 0; i < n; i++)
        sum += WRONG ? ((const volatile uint8_t *)from)[i] : kept[i];
    return sum;
}

/* In place or apart: forwards, which minds any other overlap. The wrong one clears what it is to read. */
void ov_mix(uint8_t *to, const uint8_t *from, size_t n) {
    volatile uint8_t *out = to;
    for (size_t i = 0; i < n; i++) {
        if (WRONG)
            out[i] = 0;
        out[i] = from[i] ^ (i ? ((const volatile uint8_t *)to)[i - 1] : 0x55);
    }
}

/* Doubles in place. The wrong one does it bit by bit, and reads what it has written; the near one in another order. */
void ov_add(uint32_t *to, const uint32_t *from) {
    volatile uint32_t *out = to;
    const volatile uint32_t *in = from;
    if (!WRONG) {
        *out = NEAR ? *in + *out : *out + *in;
        return;
    }
    *out += *in & 0xffff;
    *out += *in & 0xffff0000;
}
