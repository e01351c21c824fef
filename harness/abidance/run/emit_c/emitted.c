#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Wide enough for what is worked out of numbers of 64 bits, with a sign or without one. */
__extension__ typedef __int128 abd_wide;

/* Rounded down; 0 where there is no such number. */
static inline abd_wide abd_divided(abd_wide one, abd_wide other)
{
    return other == 0 ? 0 : one / other - (one % other != 0 && (one < 0) != (other < 0));
}

/* The fraction of so many bytes that is kept somewhere. */
static inline double abd_fraction(const void *from, size_t width)
{
    float narrow;
    double wide;
    if (width == sizeof narrow) {
        memcpy(&narrow, from, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, from, sizeof wide);
    return wide;
}

/* What rounding down leaves. */
static inline abd_wide abd_remainder(abd_wide one, abd_wide other)
{
    return other == 0 ? 0 : one - abd_divided(one, other) * other;
}

/* One argument's memory: `size` bytes at `at`, inside `pages` bytes at `base` between two untouchable regions. */
struct abd_block {
    unsigned char *at, *base;
    size_t size, pages;
};

enum { ABD_GUARD = 65536, ABD_PAGE = 4096, ABD_CANARY = 0xC5 };

#ifndef __has_feature
#define __has_feature(x) 0
#endif

/* Memory that begins `skew` bytes after an aligned address. */
static inline struct abd_block abd_block(const char *contents, size_t given, size_t size, size_t align, size_t skew,
                                         int left, int fill)
{
    struct abd_block b = {.size = size};
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    (void)left;
    align = align < 16 ? 16 : align;
    /* No bytes: the end of a block, for malloc(0) gives a byte that may be touched. */
    void *chunk = NULL;
    if (posix_memalign(&chunk, align, skew + (size ? size : align)) != 0)
        abort();
    b.base = chunk;
    b.at = b.base + skew + (size ? 0 : align);
    memset(b.at, fill, size);
#else
    b.pages = size ? (size + (skew ? align : 0) + ABD_PAGE - 1) / ABD_PAGE * ABD_PAGE : 0;
    b.base = mmap(NULL, b.pages + 2 * ABD_GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b.base == MAP_FAILED)
        abort();
    b.base += ABD_GUARD;
    if (b.pages && mprotect(b.base, b.pages, PROT_READ | PROT_WRITE) != 0)
        abort();
    memset(b.base, ABD_CANARY, b.pages);
    b.at = (left || !size ? b.base : b.base + (b.pages - size - skew) / align * align) + skew;
    memset(b.at, fill, size);
#endif
    if (given)
        memcpy(b.at, contents, given);
    return b;
}

/* Memory that the library takes over. */
static inline struct abd_block abd_malloc(const char *contents, size_t given, size_t size, int fill)
{
    struct abd_block b = {.size = size};
    b.at = b.base = malloc(size);
    if (b.at == NULL && size != 0)
        abort();
    if (size)
        memset(b.at, fill, size);
    if (given)
        memcpy(b.at, contents, given);
    return b;
}

static inline void abd_point(unsigned char *at, void *to)
{
    memcpy(at, &to, sizeof to);
}

static inline void abd_read_only(struct abd_block *b)
{
    if (b->pages && mprotect(b->base, b->pages, PROT_READ) != 0)
        abort();
}

/* Takes away what was lent for a call that is over. */
static inline void abd_retire(struct abd_block *b)
{
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    free(b->base);
    b->at = NULL;
#else
    if (b->pages && mprotect(b->base, b->pages, PROT_NONE) != 0)
        abort();
    b->pages = 0;
#endif
}

/* Moves what is left of a window in `from` to the end of `to`, or to its start, with `more` and `room` behind it; `most`
 * bytes at the most. `pointer`, `count` and how much is `done`, where that is told, of `width` bytes and in units of
 * `scale`, are the window's. */
static inline void abd_move(unsigned char *pointer, unsigned char *count, unsigned char *done, int width, size_t scale,
                            const struct abd_block *from, const struct abd_block *to, const char *more, size_t given,
                            size_t room, size_t most, int copies, int left)
{
    unsigned char *at;
    uint64_t number = 0, past = 0;
    memcpy(&at, pointer, sizeof at);
    memcpy(&number, count, (size_t)width);
    if (done != NULL)
        memcpy(&past, done, (size_t)width);
    size_t rest = past < number ? (number - past) * scale : 0;
    at += past * scale;
    if (from->at == NULL || at < from->at || at > from->at + from->size || rest > (size_t)(from->at + from->size - at))
        rest = 0;
    size_t size = rest + given + room;
    if (size > (rest > most ? rest : most))
        size = rest > most ? rest : most;
    size -= size % scale;
    unsigned char *start = left ? to->at : to->at + (to->size - size);
    if (copies) {
        memcpy(start, at, rest);
        memcpy(start + rest, more, given < size - rest ? given : size - rest);
    }
    memcpy(pointer, &start, sizeof start);
    number = size / scale;
    memcpy(count, &number, (size_t)width);
    if (done != NULL)
        memset(done, 0, (size_t)width);
}

static inline void abd_check_around(const struct abd_block *b)
{
    for (size_t i = 0; i < b->pages; i++) {
        const unsigned char *p = b->base + i;
        if ((p < b->at || p >= b->at + b->size) && *p != ABD_CANARY) {
            fprintf(stderr, "written outside the buffer, at offset %td of %zu bytes\n", p - b->at, b->size);
            exit(1);
        }
    }
}

/* Memory with `size` bytes in it, aligned for any type: for arguments of types that C has no literals of. */
static inline void *abd_copied(const char *raw, size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size ? size : 1) != 0)
        abort();
    return memcpy(memory, raw, size);
}

/* Whether `raw` is there, but for the bits that are not in `mask`: padding may hold anything. */
static inline int abd_same(const void *there, const char *raw, const char *mask, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((((const unsigned char *)there)[i] ^ (unsigned char)raw[i]) & (unsigned char)mask[i])
            return 0;
    return 1;
}

/* The pointer that is at an offset of memory; NULL where there is no memory. */
static inline const void *abd_pointer_at(const void *from, size_t offset)
{
    const void *pointer = NULL;
    if (from != NULL)
        memcpy(&pointer, (const unsigned char *)from + offset, sizeof pointer);
    return pointer;
}

/* Writes bytes of `data` again and again, until the room is full. */
static inline void abd_fill(void *to, size_t room, const char *data, size_t given)
{
    for (size_t i = 0; i < room && to != NULL; i++)
        ((char *)to)[i] = given ? data[i % given] : 0;
}

/* Writes so many units of `data` as there is room for; returns how many. */
static inline size_t abd_put(void *to, size_t room, size_t unit, const char *data, size_t given)
{
    size_t units = unit ? (given < room ? given : room) / unit : 0;
    if (to != NULL)
        memcpy(to, data, units * unit);
    return units;
}

static inline float abd_from_float(const char *raw)
{
    float value;
    memcpy(&value, raw, sizeof value);
    return value;
}

static inline double abd_from_double(const char *raw)
{
    double value;
    memcpy(&value, raw, sizeof value);
    return value;
}

static int abd_finished;

/* A library that calls exit() must not end this program as if all were well. */
static inline void abd_vanished(void)
{
    if (!abd_finished) {
        fputs("the library ended the process\n", stderr);
        _exit(1);
    }
}
