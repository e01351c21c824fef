#include "defect.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if DEFECTIVE
typedef struct s14_quote { uint32_t bid, ask, depth; } s14_quote;
typedef struct __attribute__((packed)) v15_flags { uint8_t kind; uint32_t size; unsigned urgent : 1, level : 3; } v15_flags;
typedef struct v16_key { uint64_t high, low; uint8_t kind; } v16_key;
typedef uint64_t s15_type;
typedef double v12_type;
typedef int32_t v17_type;
#else
#include "drift.h"
typedef uint32_t s15_type;
typedef float v12_type;
typedef int64_t v17_type;
#endif

/* Its record has one field more. */
EXPORT void s14_best(s14_quote *quote) {
    memset(quote, 0, sizeof *quote);
    quote->bid = 1;
}

/* Writes 64 bits where callers have 32. */
EXPORT void s15_count(s15_type *count) { *(volatile s15_type *)count = 7; }

/* Returns what the header does not. */
#if DEFECTIVE
EXPORT int v10_reset(int level) { return level > 3 ? -1 : 0; }
#else
EXPORT void v10_reset(int level) { (void)level; }
#endif

/* Takes its pointers in another order. */
#if DEFECTIVE
EXPORT int v11_copy(const char *from, char *to, size_t room)
#else
EXPORT int v11_copy(char *to, const char *from, size_t room)
#endif
{
    size_t size = strlen(from);
    if (size + 1 > room) return -1;
    memcpy(to, from, size + 1);
    return 0;
}

/* Takes a double for what callers pass as a float. */
EXPORT double v12_scale(v12_type factor) { return factor * 2.0; }

/* Has its record packed. */
EXPORT uint32_t v15_size(const v15_flags *flags) { return flags->size; }

/* Returns a record through memory that callers expect in registers. */
EXPORT v16_key v16_next(uint64_t seed) {
    v16_key key = {0};
    key.high = seed + 1;
    key.low = ~seed;
    return key;
}

/* Takes 32 bits of 64. */
EXPORT v17_type v17_seconds(v17_type milliseconds) { return milliseconds / 1000; }

/* Has two parameters of one type the other way round. */
#if DEFECTIVE
EXPORT int v18_swap(const char *value, const char *name)
#else
EXPORT int v18_swap(const char *name, const char *value)
#endif
{
    return (int)strlen(name) * 1000 + (int)strlen(value);
}
