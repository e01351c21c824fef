/* Memory that is lent to the library.
 *
 * Under AddressSanitizer it lies in a ring that is poisoned but for the exact bytes of the blocks that are lent at the
 * moment, so that an access one byte beside one, or after the call, is reported. Elsewhere each block lies flush
 * against a page that nobody may touch, with canary bytes on its other side. Blocks that last longer than a call come
 * from the heap and are given back when all handles are gone. */
#ifndef ABIDANCE_MEMORY_H
#define ABIDANCE_MEMORY_H

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if !defined(ABIDANCE_GUARD_PAGES) && (__has_feature(address_sanitizer) || defined(__SANITIZE_ADDRESS__))
#define ABIDANCE_ASAN 1
void __asan_poison_memory_region(void const volatile *addr, size_t size);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
void *__asan_region_is_poisoned(void *addr, size_t size);
#else
#define ABIDANCE_ASAN 0
#endif

typedef struct {
    unsigned char *at;
    size_t size;
} abidance_block;

/* Whether the library may show memory: it may not be gone, nor end before what it is said to hold. Without
 * AddressSanitizer nothing is known of that until it is read. */
static inline int abidance_readable(const void *at, size_t size)
{
#if ABIDANCE_ASAN
    return !size || !__asan_region_is_poisoned((void *)at, size);
#else
    (void)at, (void)size;
    return 1;
#endif
}

/* The same of so many elements, of which more than there are sensibly are none; a count below 0 is such a one. */
static __attribute__((unused)) int abidance_all_readable(const void *at, uint64_t count, size_t unit)
{
    return count <= (1 << 24) / unit && abidance_readable(at, (size_t)count * unit);
}

enum { ABIDANCE_NO_TEXT = -1, ABIDANCE_ENDLESS = -2 };

/* The length of a text that the library shows; ABIDANCE_NO_TEXT where its memory ends before it does. */
static inline ptrdiff_t abidance_text_size(const void *at)
{
#if ABIDANCE_ASAN
    const char *from = at;
    for (size_t part = 64;; from += part, part = 4096) {
        const char *end = __asan_region_is_poisoned((void *)from, part);
        size_t bound = end ? (size_t)(end - from) : part, size = strnlen(from, bound);
        if (size < bound)
            return from + size - (const char *)at;
        if (end)
            return ABIDANCE_NO_TEXT;
    }
#else
    return (ptrdiff_t)strlen(at);
#endif
}

/* Whether the pointer that lies at a place leads to an element of memory, or to its end. */
static inline int abidance_within(const void *place, const unsigned char *start, size_t size, size_t unit)
{
    size_t far = (size_t)(ABIDANCE_LOAD(unsigned char *, place) - start);
    return far <= size && far % unit == 0;
}

/* Whether an element is the one that ends its array: where it stands in one, and what it is, tell that. */
static inline int abidance_ends(const unsigned char *at, size_t offset, const char *end, size_t width)
{
    return !memcmp(at + offset, end, width);
}

/* How many elements stand before the first that ends the array; all of them where none does. */
static __attribute__((unused)) size_t abidance_before_end(
    const unsigned char *at, size_t count, size_t unit, size_t offset, const char *end, size_t width)
{
    for (size_t i = 0; i < count; i++)
        if (abidance_ends(at + i * unit, offset, end, width))
            return i;
    return count;
}

/* The same of an array that the library shows; ABIDANCE_NO_TEXT where its memory ends before, ABIDANCE_ENDLESS far on. */
static __attribute__((unused)) ptrdiff_t abidance_up_to_end(
    const unsigned char *at, size_t unit, size_t offset, const char *end, size_t width)
{
    for (size_t i = 0; i < (1 << 24) / unit; i++) {
        if (!abidance_readable(at + i * unit, unit))
            return ABIDANCE_NO_TEXT;
        if (abidance_ends(at + i * unit, offset, end, width))
            return (ptrdiff_t)i;
    }
    return ABIDANCE_ENDLESS;
}

/* Tell whether a block of `here` bytes may lie in the memory of one of `there`, and how far after it that one begins: of
 * several ways the one of a number, at the same place first. Those that are not at the same place are a little or a lot
 * before or after it, aligned to `step`. */
static __attribute__((unused)) int abidance_lies(unsigned way, size_t here, size_t there, size_t step, int anywhere, int64_t *far)
{
    int64_t one = (int64_t)here, other = (int64_t)there, unit = (int64_t)step;
    int64_t all[] = {0, unit, -unit, other / 2, other - 1, -(one / 2), -(one - 1)};
    *far = all[way % (anywhere ? sizeof all / sizeof *all : 1)];
    *far = *far / unit * unit; /* towards 0 */
    return here && there && -one < *far && *far < other;
}

enum {
    ABIDANCE_BLOCKS = 96,
    ABIDANCE_RING = 1 << 21,
    ABIDANCE_PAGE = 4096,
    ABIDANCE_SLOT = ABIDANCE_LARGEST + (1 << 22), /* nothing else is near a block */
    ABIDANCE_ROOM = 32,
    ABIDANCE_CANARY = 0xC5,
    ABIDANCE_LASTING = 256
};
static abidance_block abidance_lent[ABIDANCE_BLOCKS];
static int abidance_lent_count;
static int abidance_flush_left; /* against the page before a block in place of the one behind it */
static unsigned char abidance_fill = 0xA5;
static void *abidance_lasting[ABIDANCE_LASTING];
static int abidance_lasting_count;

#if ABIDANCE_ASAN
static unsigned char abidance_ring[ABIDANCE_RING] __attribute__((aligned(4096)));
static size_t abidance_ring_at;

static void abidance_begin_memory(void) { __asan_poison_memory_region(abidance_ring, sizeof abidance_ring); }

/* A block that begins `skew` bytes after an aligned address; NULL when there is no room. */
static unsigned char *abidance_lend_at(size_t size, size_t align, size_t skew)
{
    if (size > ABIDANCE_LARGEST || abidance_lent_count == ABIDANCE_BLOCKS)
        return NULL;
    if (align < 16)
        align = 16;
    size_t start = ((abidance_ring_at + ABIDANCE_ROOM + align - 1) & ~(align - 1)) + skew;
    if (start + size + ABIDANCE_ROOM > ABIDANCE_RING)
        start = (ABIDANCE_ROOM > align ? ABIDANCE_ROOM : align) + skew;
    abidance_ring_at = start + size;
    __asan_unpoison_memory_region(abidance_ring + start, size);
    abidance_lent[abidance_lent_count++] = (abidance_block){abidance_ring + start, size};
    return abidance_ring + start;
}

static void abidance_take_back(int from)
{
    while (abidance_lent_count > from) {
        abidance_block *block = &abidance_lent[--abidance_lent_count];
        __asan_poison_memory_region(block->at, (block->size + 7) & ~(size_t)7);
    }
}

static const unsigned char *abidance_beside(void) { return NULL; }

/* Where the next block comes, and back to there when far more was lent since and taken back: many calls that are made one
 * after the other, each with memory of its own, do not come round to what else is lent. */
static size_t abidance_lent_up_to(void) { return abidance_ring_at; }

static void abidance_lend_again_from(size_t at)
{
    if ((abidance_ring_at + ABIDANCE_RING - at) % ABIDANCE_RING > ABIDANCE_RING / 4)
        abidance_ring_at = at;
}
#else
static unsigned char *abidance_slots;

static void abidance_begin_memory(void)
{
    size_t size = (size_t)ABIDANCE_BLOCKS * ABIDANCE_SLOT;
    unsigned char *at = mmap(NULL, size + ABIDANCE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        abort();
    abidance_slots = at + ABIDANCE_PAGE;
    for (int i = 0; i < ABIDANCE_BLOCKS; i++)
        if (mprotect(abidance_slots + (size_t)i * ABIDANCE_SLOT, ABIDANCE_LARGEST, PROT_READ | PROT_WRITE))
            abort();
}

static unsigned char *abidance_lend_at(size_t size, size_t align, size_t skew)
{
    if (size + skew > ABIDANCE_LARGEST || abidance_lent_count == ABIDANCE_BLOCKS)
        return NULL;
    unsigned char *page = abidance_slots + (size_t)abidance_lent_count * ABIDANCE_SLOT;
    unsigned char *at = skew + (abidance_flush_left ? page : page + (ABIDANCE_LARGEST - size - skew) / align * align);
    size_t before = (size_t)(at - page), behind = ABIDANCE_LARGEST - before - size;
    before = before < ABIDANCE_ROOM ? before : ABIDANCE_ROOM;
    memset(at - before, ABIDANCE_CANARY, before);
    memset(at + size, ABIDANCE_CANARY, behind < ABIDANCE_ROOM ? behind : ABIDANCE_ROOM);
    abidance_lent[abidance_lent_count++] = (abidance_block){at, size};
    return at;
}

static void abidance_take_back(int from) { abidance_lent_count = from; }

/* The first canary that is gone; NULL where all are there. */
static const unsigned char *abidance_beside(void)
{
    static const unsigned char whole[ABIDANCE_ROOM] = {[0 ... ABIDANCE_ROOM - 1] = ABIDANCE_CANARY};
    for (int i = 0; i < abidance_lent_count; i++) {
        unsigned char *page = abidance_slots + (size_t)i * ABIDANCE_SLOT, *at = abidance_lent[i].at;
        size_t size = abidance_lent[i].size, before = (size_t)(at - page);
        size_t behind = ABIDANCE_LARGEST - before - size;
        before = before < ABIDANCE_ROOM ? before : ABIDANCE_ROOM;
        behind = behind < ABIDANCE_ROOM ? behind : ABIDANCE_ROOM;
        if (memcmp(at - before, whole, before) != 0)
            return at - before;
        if (memcmp(at + size, whole, behind) != 0)
            return at + size;
    }
    return NULL;
}

static size_t abidance_lent_up_to(void) { return 0; }

static void abidance_lend_again_from(size_t at) { (void)at; }
#endif

static unsigned char *abidance_lend(size_t size, size_t align) { return abidance_lend_at(size, align, 0); }

/* Memory that need not be aligned: as far from it as the input says, by one to 15, where that is not 0. What is as odd
 * and still ends at its guard page is as good (`boundary/encode/blocks.py`). */
static unsigned abidance_shift;

static inline unsigned char *abidance_lend_loose(size_t size, size_t align)
{
    size_t wide = align == 1 ? 16 : align, exact = abidance_flush_left ? 0 : (wide - size % wide) % wide;
    size_t skew = exact % 2 ? exact : wide > 1 ? 1 + (abidance_shift - 1) % (wide - 1) : 0;
    return abidance_shift ? abidance_lend_at(size, wide, skew) : abidance_lend(size, align);
}

/* Memory that the library may keep for good: there is an end to how much of that is made. */
static unsigned char *abidance_lend_for_good(size_t size, size_t align)
{
    static size_t given;
    void *at = NULL;
    if (given > 1 << 26 || posix_memalign(&at, align < 16 ? 16 : align, size ? size : 1))
        return NULL;
    given += size + 32;
    return at;
}

/* Memory that the library may use after the call: the heap's, so that its edges are watched by AddressSanitizer. Of no
 * bytes it is the end of some. */
static unsigned char *abidance_lend_lasting(size_t size, size_t align)
{
    void *at = NULL;
    if (abidance_lasting_count == ABIDANCE_LASTING || size > ABIDANCE_LARGEST)
        return NULL;
    align = align < 16 ? 16 : align;
    if (posix_memalign(&at, align, size ? size : align))
        return NULL;
    abidance_lasting[abidance_lasting_count++] = at;
    return (unsigned char *)at + (size ? 0 : align);
}

static void abidance_take_back_lasting(void)
{
    while (abidance_lasting_count)
        free(abidance_lasting[--abidance_lasting_count]);
}

/* Copies of what is lent, to compare with; NULL where there is no more room for any. */
static unsigned char abidance_copies[1 << 18];
static size_t abidance_copied;
static size_t abidance_copies_kept; /* so much of that stays: of the steps of a law that were made */

static inline unsigned char *abidance_copy(const void *from, size_t size)
{
    if (size > sizeof abidance_copies - abidance_copied)
        return NULL;
    unsigned char *to = abidance_copies + abidance_copied;
    abidance_copied += (size + 15) & ~(size_t)15;
    memcpy(to, from, size);
    return to;
}

/* Blocks that may only be read, and of which there are as many as the input says. */
enum { ABIDANCE_WATCHED = 64 };
static struct {
    const unsigned char *at, *was;
    size_t size;
    const char *name;
} abidance_inputs[ABIDANCE_WATCHED];
static int abidance_watched;

static inline int abidance_watch(const unsigned char *at, size_t size, const char *name)
{
    const unsigned char *was = abidance_watched < ABIDANCE_WATCHED ? abidance_copy(at, size) : NULL;
    if (!was)
        return 0;
    abidance_inputs[abidance_watched].at = at, abidance_inputs[abidance_watched].was = was;
    abidance_inputs[abidance_watched].size = size, abidance_inputs[abidance_watched].name = name;
    return ++abidance_watched;
}

static inline const char *abidance_changed(void)
{
    for (int i = 0; i < abidance_watched; i++)
        if (memcmp(abidance_inputs[i].at, abidance_inputs[i].was, abidance_inputs[i].size) != 0)
            return abidance_inputs[i].name;
    return NULL;
}

/* Tell whether all bytes hold the fill. */
static inline int abidance_filled(const unsigned char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != abidance_fill)
            return 0;
    return 1;
}

/* What pointers lead to, in copies of what a call has left, where nothing is known of it. */
static const unsigned char abidance_lost[1] __attribute__((unused));

/* Tell whether nothing is known of what a pointer leads to: nobody has written it, or there was no copying it. */
static inline int abidance_is_lost(const unsigned char *place)
{
    return abidance_filled(place, 8) || ABIDANCE_LOAD(const unsigned char *, place) == abidance_lost;
}

/* Put numbers in order: a few, so that the simplest way is the quickest. */
enum { ABIDANCE_UNSIGNED, ABIDANCE_SIGNED, ABIDANCE_REALS };

static int abidance_precedes(const unsigned char *one, const unsigned char *other, size_t size, int kind)
{
    if (kind == ABIDANCE_REALS)
        return size == 4 ? ABIDANCE_LOAD(float, one) < ABIDANCE_LOAD(float, other) : ABIDANCE_LOAD(double, one) < ABIDANCE_LOAD(double, other);
    uint64_t a = 0, b = 0;
    memcpy(&a, one, size), memcpy(&b, other, size);
    if (kind == ABIDANCE_SIGNED)
        return (int64_t)(a << (64 - 8 * size)) < (int64_t)(b << (64 - 8 * size));
    return a < b;
}

static __attribute__((unused)) void abidance_sort(unsigned char *at, size_t count, size_t size, int kind)
{
    unsigned char moved[8];
    if (count > 256)
        return;
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k && abidance_precedes(at + k * size, at + (k - 1) * size, size, kind); k--) {
            memcpy(moved, at + k * size, size);
            memcpy(at + k * size, at + (k - 1) * size, size);
            memcpy(at + (k - 1) * size, moved, size);
        }
}

#endif
