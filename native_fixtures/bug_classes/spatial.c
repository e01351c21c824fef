#include "spatial.h"

#include <alloca.h>
#include <string.h>

#include "defect.h"

static volatile uint32_t sink;

/* Reads one byte past its input. */
EXPORT uint32_t s01_sum(const uint8_t *data, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i < size; i++) sum += data[i];
    if (DEFECTIVE) sink = ((const volatile uint8_t *)data)[size];
    return sum;
}

/* Writes one byte past its output. */
EXPORT void s02_fill(uint8_t *out, size_t size, uint8_t value) {
    for (size_t i = 0; i < size + PICK(1, 0); i++) ((volatile uint8_t *)out)[i] = value;
}

/* Writes one byte before its buffer. */
EXPORT void s03_shift(uint8_t *data, size_t size) {
    for (size_t i = PICK(0, 1); i < size; i++) ((volatile uint8_t *)data)[i - 1] = data[i];
}

/* Writes far past its buffer. */
EXPORT void s04_mark(uint8_t *data, size_t size) {
    if (size) ((volatile uint8_t *)data)[PICK(size + 40000, 0)] = 1;
}

/* Ignores how much room there is. */
EXPORT int s05_format(uint8_t *out, size_t room, size_t *length) {
    if (!DEFECTIVE && room < 64) return -1;
    memset(out, 'x', 64);
    *length = 64;
    return 0;
}

/* Tells another length than it has written; the memory is fine. */
EXPORT int s06_copy(uint8_t *out, size_t room, const uint8_t *data, size_t size, size_t *length) {
    size_t kept = size < room ? size : room;
    if (PICK(kept > 8, 0)) kept = 8;
    if (kept) memcpy(out, data, kept);
    *length = PICK(size, kept);
    return 0;
}

/* Leaves out the NUL where the text fills the room. */
EXPORT int s07_name(char *out, size_t room, const char *name) {
    size_t size = strlen(name);
    if (size >= room + PICK(1, 0)) return -1;
    memcpy(out, name, size);
    if (size < room) out[size] = 0;
    return (int)size;
}

/* Takes bytes with a length for text that ends at its NUL. */
EXPORT int s08_digits(const uint8_t *text, size_t size) {
    int digits = 0;
    const volatile uint8_t *at = text;
    for (size_t i = 0; DEFECTIVE ? at[i] != 0 : i < size; i++) digits += at[i] >= '0' && at[i] <= '9';
    return digits;
}

static __attribute__((noinline)) uint32_t mixed(volatile uint8_t *block, const uint8_t *data, size_t size) {
    uint32_t hash = 5381;
    for (size_t i = 0; i < size; i++) block[i] = data[i];
    for (size_t i = 0; i < size && i < 16; i++) hash = hash * 33 + block[i];
    return hash;
}

/* Overflows a block of 16 bytes on the stack by 48 bytes. */
EXPORT uint32_t s09_hash(const uint8_t *data, size_t size) {
    uint8_t block[16];
    return mixed(block, data, PICK(size > 16 ? 64 : size, size < 16 ? size : 16));
}

/* Overflows a block of 16 bytes on the stack by one byte. */
EXPORT uint32_t s10_hash(const uint8_t *data, size_t size) {
    volatile uint8_t block[16];
    size_t most = PICK(size < 17 ? size : 17, size < 16 ? size : 16);
    for (size_t i = 0; i < most; i++) block[i] = data[i];
    uint32_t hash = 5381;
    for (size_t i = 0; i < most && i < 16; i++) hash = hash * 33 + block[i];
    return hash;
}

static const int first_of[8] = {0, 3, 3, 6, 1, 4, 6, 2};
static const int after_it[8] = {5, 0, 3, 5, 1, 4, 6, 2};

/* Reads one past a table. */
EXPORT int s11_weekday(uint32_t day) {
    const volatile int *table = first_of;
    sink = (uint32_t)after_it[day & 7];
    return day > PICK(8u, 7u) ? -1 : table[day];
}

/* Overflows a field into the one behind it. */
EXPORT void s12_rename(s12_user *user, const char *name) {
    size_t size = strlen(name);
    if (size > PICK(8, 7)) size = PICK(8, 7);
    char *to = (char *)user;
    for (size_t i = 0; i < size; i++) to[i] = name[i];
    for (size_t i = size; i < PICK(9, 8); i++) to[i] = 0;
}

/* Gives NULL to memcpy where there is nothing to copy. */
EXPORT uint32_t s13_checksum(const uint8_t *data, size_t size) {
    uint8_t block[256];
    uint32_t sum = 0;
    if (size > sizeof block) size = sizeof block;
    if (DEFECTIVE || size) memcpy(block, data, size);
    for (size_t i = 0; i < size; i++) sum += block[i];
    return sum;
}

/* Takes a number of bytes for one of elements. */
EXPORT uint32_t s16_sum(const uint16_t *values, size_t bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < PICK(bytes, bytes / 2); i++) sum += values[i];
    return sum;
}

/* Reads the first byte of nothing. */
EXPORT int s17_first(const uint8_t *data, size_t size) {
    if (!DEFECTIVE && size == 0) return -1;
    int first = ((const volatile uint8_t *)data)[0];
    return size ? first : -1;
}

/* Ignores the size of an inner buffer. */
EXPORT uint32_t s18_total(const s18_piece *pieces, size_t count) {
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < PICK((pieces[i].size + 7) / 8 * 8, pieces[i].size); j++) sum += pieces[i].data[j];
    return sum;
}

/* Takes as much stack as the caller says. */
EXPORT uint32_t s19_scratch(uint32_t size) {
    if (!DEFECTIVE && size > 4096) return 0;
    volatile uint8_t *scratch = alloca((size_t)size + 1);
    for (size_t i = 0; i <= size; i += 4096) scratch[i] = 1;
    scratch[size] = 1;
    return size;
}
