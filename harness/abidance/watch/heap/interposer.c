/* The C library's allocator, watched: preloaded into workers of builds without a sanitizer.
 *
 * While a call of the library runs, every block that it asks for is filled with a pattern that the plan chooses,
 * counted, and kept account of until it is given back; a fence behind it shows writes past its end. At all other times
 * this only passes on.
 */
#define _GNU_SOURCE
#include "account.h"
#include "fence.h"
#include "pattern.h"
#include "quarantine.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/lib-names.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define MOST_FILLED ((size_t)64 << 10) /* a huge block that is never used must not take memory */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

API struct abidance_heap abidance_heap;

static size_t (*usable_size)(void *);
static uintptr_t linker_begin, linker_end; /* where the dynamic linker's code is */

static int find_linker(struct dl_phdr_info *object, size_t size, void *base) {
    (void)size;
    if (object->dlpi_addr != *(uintptr_t *)base)
        return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        uintptr_t end = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr + object->dlpi_phdr[i].p_memsz;
        if (object->dlpi_phdr[i].p_type == PT_LOAD && end > linker_end)
            linker_end = end;
    }
    linker_begin = object->dlpi_addr;
    return 1;
}

/* Looks behind a block, as long as it is there. */
static void look_behind(const struct account_entry *of) {
    size_t first, length = fence_changed((void *)of->block, of->size, of->size + FENCE, FENCE_BYTE, &first);
    if (length != 0)
        fence_note(&abidance_heap,
                   (struct abidance_spoiled){ABIDANCE_PAST_END, of->size, first, length, of->site, 0});
}

/* Looks into a block that was filled when it was given back. */
static void look_into(const struct quarantined *of) {
    size_t first, filled = of->asked < MOST_FILLED ? of->asked : MOST_FILLED;
    size_t length = pattern_changed(of->block, filled, abidance_heap.fill, &first);
    if (length != 0)
        fence_note(&abidance_heap, (struct abidance_spoiled){ABIDANCE_AFTER_FREE, of->asked, first, length,
                                                             of->made, of->freed});
}

static void look_away(const struct quarantined *of) { (void)of; }

static void begin(void) {
    /* A plan that was given up may have left some, with another fill. */
    quarantine_end(look_away, __libc_free);
    account_begin(&abidance_heap);
    fence_begin(&abidance_heap);
}

static void look(void) {
    account_settle(&abidance_heap, look_behind);
    quarantine_each(look_into);
}

static void settle(void) {
    account_settle(&abidance_heap, look_behind);
    quarantine_end(look_into, __libc_free);
}

__attribute__((constructor)) static void start(void) {
    /* glibc's own, whose blocks these are: the next one may be of an allocator that is preloaded as well. */
    void *glibc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
    *(void **)&usable_size = dlsym(glibc == NULL ? RTLD_NEXT : glibc, "malloc_usable_size");
    uintptr_t linker = getauxval(AT_BASE);
    if (linker != 0)
        dl_iterate_phdr(find_linker, &linker);
    abidance_heap.begin = begin;
    abidance_heap.is_gone = quarantine_holds;
    abidance_heap.look = look;
    abidance_heap.owns = account_owner;
    abidance_heap.size_of = account_size;
    abidance_heap.settle = settle;
}

static void fill(void *block, size_t from, size_t to) {
    if (to > MOST_FILLED)
        to = MOST_FILLED;
    pattern_put(block, from, to, abidance_heap.fill);
}

/* Looks at a block that is about to be freed or resized. glibc tells a double free by what it has left in the
 * block, which is filled here. */
static void was_freed_before(void) {
    static const char words[] = "free(): this block was freed before\n";
    (void)!write(2, words, sizeof words - 1);
    abort();
}

static void must_be_there(const void *block) {
    if (account_is_gone(block))
        was_freed_before();
}

/* Takes a block that the caller has handed over, whether a call runs or not: none of them is the heap's. */
static int take_back(const void *block) {
    int taken = abidance_heap.handed != 0 && block != NULL ? abidance_heap.take_back(block) : 0;
    if (taken == ABIDANCE_GIVEN_BACK_TWICE)
        was_freed_before();
    return taken;
}

/* Returns how much of a block its owner may use: what is behind that is the fence. */
static size_t room_of(void *block) {
    size_t whole = usable_size(block);
    return whole > FENCE ? whole - FENCE : 0;
}

/* Takes a block that is freed out of use; returns one to free for good, if any. */
static void *put_away(void *block, void *site) {
    size_t size = usable_size(block), asked = room_of(block);
    struct account_entry was = account_freed(&abidance_heap, block, asked);
    if (was.block != 0) {
        look_behind(&was);
        asked = was.size;
    }
    if (abidance_heap.freed != NULL)
        abidance_heap.freed(block, asked);
    fill(block, 0, size);
    struct quarantined taken = {block, size, asked, was.site, (uint64_t)(uintptr_t)site};
    return quarantine_take(taken, look_into);
}

/* A block that a call has made is given back, or resized, while none runs. */
static void let_go(void *block) {
    if (block == NULL || account_used == 0)
        return;
    struct account_entry was = account_take(block);
    if (was.block != 0)
        look_behind(&was);
}

/* Takes note of a block that somebody was given while no call runs. */
static void *given(void *block) {
    account_given(block);
    return block;
}

static void *made(void *block, size_t size, int fresh, void *site) {
    if (block != NULL) {
        if (fresh)
            fill(block, 0, size);
        fence_put(block, size);
        account_given(block);
        account_made(&abidance_heap, block, size, (uint64_t)(uintptr_t)site);
    }
    return block;
}

/* Answers whoever asked for a block, while a call runs or not. */
static void *answered(void *block, size_t size, int fresh, void *site) {
    return abidance_heap.on ? made(block, size, fresh, site) : given(block);
}

#define SITE __builtin_return_address(0)

/* Tells whether a call is to be refused the block that it asks for. What the dynamic linker asks for on its behalf, as
 * for variables of a thread, is no part of what the library can answer for: without it, the linker ends the process. */
static int refused(const void *site) {
    if (!abidance_heap.on || abidance_heap.refuse == 0)
        return 0;
    uintptr_t at = (uintptr_t)site;
    if (linker_begin <= at && at < linker_end)
        return 0;
    return heap_refuses(&abidance_heap);
}

static void *none(void) {
    errno = ENOMEM;
    return NULL;
}

API void *malloc(size_t size) {
    if (refused(SITE))
        return none();
    return answered(__libc_malloc(fence_room(size)), size, 1, SITE);
}

API void *calloc(size_t count, size_t size) {
    size_t all;
    if (__builtin_mul_overflow(count, size, &all))
        return __libc_calloc(count, size); /* which refuses it */
    if (refused(SITE))
        return none();
    void *block = __libc_calloc(1, fence_room(all));
    return answered(block, all, 0, SITE);
}

API void free(void *block) {
    if (take_back(block))
        return;
    if (!abidance_heap.on) {
        let_go(block);
    } else if (block != NULL) {
        if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
            return;
        must_be_there(block);
        int saved = errno; /* free leaves errno alone, POSIX.1-2024 */
        block = put_away(block, SITE);
        errno = saved;
    }
    __libc_free(block);
}

/* Moves a block that the caller has handed over to the heap. */
static void *moved_to_heap(void *block, size_t before, size_t size, void *site) {
    void *elsewhere = size == 0 ? NULL : __libc_malloc(fence_room(size));
    if (elsewhere == NULL && size != 0)
        return NULL;
    if (elsewhere != NULL)
        memcpy(elsewhere, block, before < size ? before : size);
    take_back(block);
    if (elsewhere == NULL || !abidance_heap.on)
        return given(elsewhere);
    fill(elsewhere, before, size);
    return made(elsewhere, size, 0, site);
}

API void *realloc(void *block, size_t size) {
    if ((block == NULL || size != 0) && refused(SITE))
        return none();
    size_t room = block != NULL && size == 0 ? 0 : fence_room(size); /* realloc(p, 0) frees it */
    if (abidance_heap.handed != 0 && block != NULL) {
        size_t before = abidance_heap.handed_size(block);
        if (before != SIZE_MAX)
            return moved_to_heap(block, before, size, SITE);
    }
    if (!abidance_heap.on) {
        let_go(block);
        return given(__libc_realloc(block, room));
    }
    if (block == NULL)
        return made(__libc_malloc(room), size, 1, SITE);
    if (abidance_heap.is_foreign != NULL && abidance_heap.is_foreign(block))
        return made(__libc_malloc(room), size, 1, SITE);
    must_be_there(block);
    struct account_entry known = account_of(block);
    size_t before = known.block != 0 ? known.size : room_of(block);
    if (size != 0 && before <= QUARANTINE_LARGEST - FENCE) {
        /* To another place every time: pointers to the old one are no good, whether or not glibc moves it. */
        void *elsewhere = __libc_malloc(room);
        if (elsewhere == NULL)
            return NULL;
        memcpy(elsewhere, block, before < size ? before : size);
        __libc_free(put_away(block, SITE));
        fill(elsewhere, before, size);
        return made(elsewhere, size, 0, SITE);
    }
    if (known.block != 0)
        look_behind(&known);
    void *moved = __libc_realloc(block, room);
    if (moved == NULL && size != 0)
        return NULL;
    account_freed(&abidance_heap, block, before);
    if (moved == NULL)
        return NULL;
    fill(moved, before, size);
    return made(moved, size, 0, SITE);
}

API void *memalign(size_t align, size_t size) {
    if (refused(SITE))
        return none();
    return answered(__libc_memalign(align, fence_room(size)), size, 1, SITE);
}

API void *aligned_alloc(size_t align, size_t size) {
    if (refused(SITE))
        return none();
    return answered(__libc_memalign(align, fence_room(size)), size, 1, SITE);
}

/* Not of POSIX any more, but whoever calls them is to have a fence, too: `room_of` takes it for granted. */
API void *valloc(size_t size) {
    if (refused(SITE))
        return none();
    void *block = __libc_memalign((size_t)sysconf(_SC_PAGESIZE), fence_room(size));
    return answered(block, size, 1, SITE);
}

API void *pvalloc(size_t size) {
    if (refused(SITE))
        return none();
    size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) & ~(page - 1);
    void *block = __libc_memalign(page, fence_room(whole));
    return answered(block, whole, 1, SITE);
}

API int posix_memalign(void **to, size_t align, size_t size) {
    if (align < sizeof(void *) || (align & (align - 1)) != 0)
        return EINVAL;
    if (refused(SITE))
        return ENOMEM;
    int saved = errno;
    void *block = __libc_memalign(align, fence_room(size));
    errno = saved;
    if (block == NULL)
        return ENOMEM;
    *to = answered(block, size, 1, SITE);
    return 0;
}

/* Whoever asks may use all that he is told of: from then on the fence of a block is behind that. */
API size_t malloc_usable_size(void *block) {
    if (block == NULL)
        return 0;
    size_t handed = abidance_heap.handed != 0 ? abidance_heap.handed_size(block) : SIZE_MAX;
    if (handed != SIZE_MAX)
        return handed;
    if (usable_size == NULL)
        start();
    size_t room = room_of(block);
    if (account_used != 0 && account_widen(block, room))
        fence_put(block, room);
    return room;
}
