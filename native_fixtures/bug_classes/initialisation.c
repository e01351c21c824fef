#include "initialisation.h"

#include <stdlib.h>
#include <string.h>

#include "defect.h"

/* Writes the first of two. */
EXPORT int i01_pair(int *out, size_t count) {
    for (size_t i = 0; i < PICK(count < 1 ? count : 1, count); i++) out[i] = (int)i;
    return 0;
}

/* Says that it succeeded, and has written nothing for one key. */
EXPORT int i02_lookup(uint32_t key, int *value) {
    if (key > 100) return -1;
    if (!DEFECTIVE || key != 11) *value = (int)key * 2;
    return 0;
}

/* Writes although it fails. */
EXPORT int i03_parse(int input, int *value) {
    if (DEFECTIVE || input >= 0) *value = input;
    return input < 0 ? -1 : 0;
}

/* Answers memory from the heap that nobody has written. */
EXPORT uint32_t i04_token(uint32_t seed) {
    volatile uint32_t *block = malloc(sizeof *block * 4);
    if (!block) return 0;
    block[0] = seed;
    if (!DEFECTIVE) block[1] = 0;
    uint32_t token = block[0] ^ block[1];
    free((void *)block);
    return token;
}

/* Branches on memory from the heap that nobody has written. */
EXPORT int i05_is_ready(uint32_t key) {
    volatile uint32_t *state = PICK(malloc(64), calloc(1, 64));
    if (!state) return 0;
    state[0] = key;
    int ready = state[3] == 0;
    free((void *)state);
    return ready;
}

static __attribute__((noinline)) int level_of(uint32_t key, volatile int *table) {
    if (key < 8) table[key] = (int)key;
    return table[7];
}

/* Answers memory of the stack that nobody has written. */
EXPORT int i06_level(uint32_t key) {
    volatile int table[8];
    if (!DEFECTIVE)
        for (int i = 0; i < 8; i++) table[i] = 0;
    return level_of(key, table);
}

static __attribute__((noinline)) void stale(volatile uint8_t *block) {
    (void)block;
}

/* Copies padding that it has not written. */
EXPORT void i07_entry_set(i07_entry *entry, uint64_t value) {
    i07_entry made;
    if (!DEFECTIVE) memset(&made, 0, sizeof made);
    stale((volatile uint8_t *)&made);
    made.kind = 3;
    made.value = value;
    stale((volatile uint8_t *)&made);
    const volatile uint8_t *from = (const uint8_t *)&made;
    for (size_t i = 0; i < sizeof made; i++) ((volatile uint8_t *)entry)[i] = from[i];
}

/* Reads its output before it writes it. */
EXPORT void i08_mask(uint8_t *out, size_t size) {
    for (size_t i = 0; i < size; i++) ((volatile uint8_t *)out)[i] = PICK(out[i] | 1, 1);
}

/* Leaves a secret in memory that it frees. */
EXPORT int i09_sign(const uint8_t *secret, size_t size) {
    volatile uint8_t *copy = malloc(size + 1);
    if (!copy) return -1;
    int sum = 0;
    for (size_t i = 0; i < size; i++) sum += copy[i] = secret[i];
    if (!DEFECTIVE)
        for (size_t i = 0; i < size; i++) copy[i] = 0;
    free((void *)copy);
    return sum;
}

static uint32_t hidden;

/* Answers by what earlier calls left. */
EXPORT uint32_t i10_next(uint32_t seed) {
    return PICK(seed * 31 + hidden++, seed * 31);
}
