/* What a call has left behind pointers, copied for as long as a law looks at it.
 *
 * Such a copy leads to copies again; a pointer whose memory is not all there leads to none, and nobody looks there. */
#ifndef ABIDANCE_LEFT_H
#define ABIDANCE_LEFT_H

enum { ABIDANCE_FARTHEST = 1 << 24 };
static unsigned char abidance_left_copies[1 << 18];
static size_t abidance_left_used;

/* Tell whether memory is there at all: of an address that is none, even AddressSanitizer knows nothing. */
static int abidance_is_mapped(const unsigned char *at, size_t size)
{
    static unsigned char seen;
    for (size_t done = 0; done < size;) {
        struct iovec from = {(void *)(at + done), 1}, to = {&seen, 1};
        if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 1 && errno != EPERM && errno != ENOSYS)
            return 0;
        done += ABIDANCE_PAGE - (uintptr_t)(at + done) % ABIDANCE_PAGE;
    }
    return 1;
}

/* Tell how many bytes of a text there are, without its NUL; none where that is not known. */
static ptrdiff_t abidance_mapped_text(const unsigned char *at)
{
    for (size_t size = 0; size < ABIDANCE_FARTHEST; size++) {
        if ((!size || (uintptr_t)(at + size) % ABIDANCE_PAGE == 0) && !abidance_is_mapped(at + size, 1))
            return ABIDANCE_NO_TEXT;
        if (!abidance_readable(at + size, 1))
            return ABIDANCE_NO_TEXT;
        if (!at[size])
            return (ptrdiff_t)size;
    }
    return ABIDANCE_ENDLESS;
}

/* Tell the same of an array up to the element that ends it. */
static ptrdiff_t abidance_mapped_elements(
    const unsigned char *at, size_t unit, size_t offset, const char *end, size_t width)
{
    for (size_t i = 0; i < ABIDANCE_FARTHEST / unit; i++) {
        if (!abidance_is_mapped(at + i * unit, unit) || !abidance_readable(at + i * unit, unit))
            return ABIDANCE_NO_TEXT;
        if (abidance_ends(at + i * unit, offset, end, width))
            return (ptrdiff_t)i;
    }
    return ABIDANCE_ENDLESS;
}

/* Copy so many elements and `more` bytes; NULL where they are not all there, or there is no more room. */
static unsigned char *abidance_left_copy(const unsigned char *at, uint64_t count, size_t unit, size_t more)
{
    if (count > ABIDANCE_FARTHEST / unit || count * unit + more > sizeof abidance_left_copies - abidance_left_used)
        return NULL;
    size_t size = (size_t)count * unit + more;
    if (!abidance_is_mapped(at, size) || !abidance_readable(at, size))
        return NULL;
    unsigned char *to = abidance_left_copies + abidance_left_used;
    abidance_left_used += (size + 15) & ~(size_t)15;
    memcpy(to, at, size);
    return to;
}

/* The same in memory that is lent. */
static unsigned char *abidance_left_lent(const unsigned char *at, uint64_t count, size_t unit, size_t align)
{
    if (count > ABIDANCE_LARGEST / unit || !abidance_is_mapped(at, (size_t)count * unit) ||
        !abidance_readable(at, (size_t)count * unit))
        return NULL;
    unsigned char *to = abidance_lend((size_t)count * unit, align);
    if (to)
        memcpy(to, at, (size_t)count * unit);
    return to;
}

/* Let the pointer at a place, in a copy, lead to a copy of what it leads to, and return that. NULL stays NULL. */
static unsigned char *abidance_follow(unsigned char *place, uint64_t count, size_t unit, size_t more)
{
    const unsigned char *at = ABIDANCE_LOAD(unsigned char *, place);
    if (!at || abidance_is_lost(place))
        return NULL;
    unsigned char *copy = abidance_left_copy(at, count, unit, more);
    ABIDANCE_STORE(const void *, place, copy ? copy : abidance_lost);
    return copy;
}

/* Do the same of a text. */
static void abidance_follow_text(unsigned char *place)
{
    const unsigned char *at = ABIDANCE_LOAD(unsigned char *, place);
    ptrdiff_t size = at && !abidance_is_lost(place) ? abidance_mapped_text(at) : 0;
    if (size >= 0)
        abidance_follow(place, (uint64_t)size, 1, 1);
    else
        ABIDANCE_STORE(const void *, place, abidance_lost);
}

#endif
