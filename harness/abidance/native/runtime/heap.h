/* The heap while the library runs: how many blocks it holds more than before, and how often it asked for one.
 *
 * AddressSanitizer calls hooks. Elsewhere, with glibc, the allocator's functions are the target's own, which count, put
 * a fence behind each block, and go on to glibc's. Where neither can be, nothing is said about leaks. */
#ifndef ABIDANCE_HEAP_H
#define ABIDANCE_HEAP_H

static volatile int abidance_inside; /* the library runs */
static long abidance_held, abidance_asked;
static int abidance_heap_seen;
static int abidance_unowned; /* something came back of which the contract does not say whose it is */
static int abidance_spoiled; /* something was written past the end of a block, which shows when that is given back */
static unsigned long abidance_runs;

/* Of the blocks that a call asks for, which it is refused, from 1 on, and whether all after it as well. */
static unsigned abidance_deny_at, abidance_deny_asked, abidance_deny_count;
static int abidance_deny_onwards;
static int abidance_wanted; /* a call of this input was refused a block: those behind it may know */

/* The block that a byte of the input says, below 0 with all after it; 0 for none. */
static inline int abidance_denied_block(unsigned way)
{
    int number = way >= ABIDANCE_DENIES ? (int)(way - ABIDANCE_DENIES) / 2 + 1 : 0;
    return (way - ABIDANCE_DENIES) & 1 ? -number : number;
}

/* Have blocks refused from now on, or none; return how many were since this was said last. */
static __attribute__((unused)) unsigned abidance_deny(unsigned way)
{
    int block = abidance_denied_block(way);
    unsigned count = abidance_deny_count;
    abidance_deny_asked = abidance_deny_count = 0;
    abidance_deny_onwards = block < 0;
    abidance_deny_at = (unsigned)(block < 0 ? -block : block);
    return count;
}

/* Have no block refused while a callback runs, which may leave by a jump; what is said next of the call ends that. */
static __attribute__((unused)) unsigned abidance_deny_none(void)
{
    unsigned at = abidance_deny_at;
    abidance_deny_at = 0;
    return at;
}

static __attribute__((unused)) void abidance_deny_again(const unsigned *at)
{
    abidance_deny_at = *at;
}

static inline int abidance_denies(void)
{
    if (!abidance_deny_at || !__atomic_load_n(&abidance_inside, __ATOMIC_RELAXED))
        return 0;
    unsigned number = __atomic_add_fetch(&abidance_deny_asked, 1, __ATOMIC_RELAXED);
    if (number != abidance_deny_at && !(abidance_deny_onwards && number > abidance_deny_at))
        return 0;
    __atomic_add_fetch(&abidance_deny_count, 1, __ATOMIC_RELAXED);
    errno = ENOMEM;
    return 1;
}

static inline void abidance_gave(void)
{
    if (__atomic_load_n(&abidance_inside, __ATOMIC_RELAXED)) {
        __atomic_add_fetch(&abidance_held, 1, __ATOMIC_RELAXED);
        __atomic_add_fetch(&abidance_asked, 1, __ATOMIC_RELAXED);
    }
}

static int abidance_is_allotted(const void *at);
static void abidance_freed_astray(const void *at);

/* Blocks of the caller's allocators do not count. */
static inline void abidance_got_back(const void *at)
{
    if (!__atomic_load_n(&abidance_inside, __ATOMIC_RELAXED))
        return;
    if (abidance_is_allotted(at))
        abidance_freed_astray(at);
    else
        __atomic_sub_fetch(&abidance_held, 1, __ATOMIC_RELAXED);
}

/* Memory that a call is to take over: it counts as the library's until somebody gives it back. */
enum { ABIDANCE_HANDED = 16 };
typedef struct {
    void *at, *give_back; /* the function that frees it; NULL for that of the C library */
} abidance_handed_block;
static abidance_handed_block abidance_handed[ABIDANCE_HANDED];
static int abidance_handed_count;

static void *abidance_hand_over(void *at, void *give_back)
{
    if (!at)
        return NULL;
    abidance_handed[abidance_handed_count++] = (abidance_handed_block){at, give_back};
    return at;
}

/* What may be kept `for_good` is no leak, whoever has it. */
static inline unsigned char *abidance_hand_malloc(size_t size, int for_good)
{
    if (abidance_handed_count == ABIDANCE_HANDED)
        return NULL;
    abidance_inside = !for_good;
    void *at = malloc(size ? size : 1);
    abidance_inside = 0;
    return abidance_hand_over(at, NULL);
}

/* Give back what was to change hands and did not: the block at `at`, or all for NULL. */
static inline void abidance_unhand(const void *at)
{
    abidance_inside = 1;
    for (int i = 0; i < abidance_handed_count; i++) {
        abidance_handed_block *each = &abidance_handed[i];
        if (!each->at || (at && each->at != at))
            continue;
        if (each->give_back)
            ((void (*)(void *))each->give_back)(each->at);
        else
            free(each->at);
        each->at = NULL;
    }
    abidance_inside = 0;
}

#if __has_feature(address_sanitizer) || defined(__SANITIZE_ADDRESS__)
/* A size that cannot be had is the library's business, as with malloc; leaks are judged by what grows, and by the
 * contract's word on whose memory is. */
__attribute__((used, visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:detect_leaks=0:detect_stack_use_after_return=1:detect_odr_violation=0";
}

int __sanitizer_install_malloc_and_free_hooks(void (*gave)(const volatile void *, size_t),
                                              void (*got_back)(const volatile void *));

static void abidance_on_malloc(const volatile void *at, size_t size)
{
    (void)size;
    if (at)
        abidance_gave();
}

static void abidance_on_free(const volatile void *at)
{
    if (at)
        abidance_got_back((const void *)at);
}

#if defined(__GLIBC__) && !defined(ABIDANCE_NO_HEAP)
/* What asks for memory comes here first, and may be refused; AddressSanitizer's own have these names as well. */
extern void *__interceptor_malloc(size_t);
extern void *__interceptor_calloc(size_t, size_t);
extern void *__interceptor_realloc(void *, size_t);
extern void *__interceptor_memalign(size_t, size_t);
extern void *__interceptor_aligned_alloc(size_t, size_t);
extern int __interceptor_posix_memalign(void **, size_t, size_t);
extern char *__interceptor_strdup(const char *);

void *malloc(size_t size) { return abidance_denies() ? NULL : __interceptor_malloc(size); }
void *calloc(size_t count, size_t size) { return abidance_denies() ? NULL : __interceptor_calloc(count, size); }
void *memalign(size_t align, size_t size) { return abidance_denies() ? NULL : __interceptor_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { return abidance_denies() ? NULL : __interceptor_aligned_alloc(align, size); }
char *strdup(const char *text) { return abidance_denies() ? NULL : __interceptor_strdup(text); }

void *realloc(void *at, size_t size)
{
    return (!at || size) && abidance_denies() ? NULL : __interceptor_realloc(at, size);
}

int posix_memalign(void **at, size_t align, size_t size)
{
    int before = errno;
    if (!abidance_denies())
        return __interceptor_posix_memalign(at, align, size);
    errno = before;
    return ENOMEM;
}
#endif

static void abidance_begin_heap(void)
{
    abidance_heap_seen = __sanitizer_install_malloc_and_free_hooks(abidance_on_malloc, abidance_on_free) != 0;
}
#elif defined(__GLIBC__) && !defined(ABIDANCE_NO_HEAP) && !__has_feature(memory_sanitizer) && !defined(__SANITIZE_THREAD__)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

/* Behind what was asked for lies a fence, and at the very end of the block what is known of it. */
enum { ABIDANCE_FENCE = 32, ABIDANCE_FENCE_BYTE = 0xFB };
typedef struct {
    uintptr_t mark; /* of this block and no other */
    size_t size;
    unsigned long run; /* in which it was asked for: what an earlier input has done is not told of this one */
} abidance_fenced;
static size_t (*abidance_usable_size)(void *); /* glibc's own; NULL as long as there are no fences */

static size_t abidance_fenced_room(size_t size)
{
    size_t more = ABIDANCE_FENCE + sizeof(abidance_fenced);
    return abidance_usable_size && size <= PTRDIFF_MAX - more ? size + more : size;
}

static uintptr_t abidance_mark_of(const void *at) { return (uintptr_t)at ^ (uintptr_t)0x9E3779B97F4A7C15u; }

/* Where what is known of a block lies, and what; NULL of one without a fence. */
static unsigned char *abidance_behind(void *at, abidance_fenced *known)
{
    size_t whole = at && abidance_usable_size ? abidance_usable_size(at) : 0;
    if (whole < ABIDANCE_FENCE + sizeof *known)
        return NULL;
    unsigned char *behind = (unsigned char *)at + whole - sizeof *known;
    memcpy(known, behind, sizeof *known);
    return known->mark == abidance_mark_of(at) && known->size <= whole - sizeof *known - ABIDANCE_FENCE ? behind : NULL;
}

static void *abidance_fence_behind(void *at, size_t size)
{
    if (!at || abidance_fenced_room(size) == size)
        return at;
    abidance_fenced known = {abidance_mark_of(at), size, abidance_runs};
    memset((unsigned char *)at + size, ABIDANCE_FENCE_BYTE, ABIDANCE_FENCE);
    memcpy((unsigned char *)at + abidance_usable_size(at) - sizeof known, &known, sizeof known);
    return at;
}

/* Look behind a block that is given back, or resized. */
static void abidance_look_behind(void *at, int gone)
{
    abidance_fenced known;
    unsigned char *behind = abidance_behind(at, &known);
    if (!behind)
        return;
    for (size_t i = 0; i < ABIDANCE_FENCE && known.run == abidance_runs; i++)
        if (((unsigned char *)at)[known.size + i] != ABIDANCE_FENCE_BYTE)
            abidance_spoiled = 1;
    if (gone)
        memset(behind, 0, sizeof known);
}

static void *abidance_counted(void *at, size_t size)
{
    if (at)
        abidance_gave();
    return abidance_fence_behind(at, size);
}

void *malloc(size_t size)
{
    return abidance_denies() ? NULL : abidance_counted(__libc_malloc(abidance_fenced_room(size)), size);
}

void *memalign(size_t align, size_t size)
{
    return abidance_denies() ? NULL : abidance_counted(__libc_memalign(align, abidance_fenced_room(size)), size);
}

void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }

void *calloc(size_t count, size_t size)
{
    size_t all;
    if (__builtin_mul_overflow(count, size, &all))
        return __libc_calloc(count, size); /* which refuses it */
    if (abidance_denies())
        return NULL;
    return abidance_counted(__libc_calloc(1, abidance_fenced_room(all)), all);
}

int posix_memalign(void **at, size_t align, size_t size)
{
    if (align < sizeof(void *) || (align & (align - 1)))
        return EINVAL;
    int before = errno;
    void *given = memalign(align, size);
    if (!given)
        return errno = before, ENOMEM;
    *at = given;
    return 0;
}

void *realloc(void *at, size_t size)
{
    if (at && abidance_inside && abidance_is_allotted(at))
        abidance_freed_astray(at);
    if ((!at || size) && abidance_denies())
        return NULL;
    abidance_look_behind(at, 0);
    void *given = __libc_realloc(at, at && !size ? 0 : abidance_fenced_room(size)); /* realloc(p, 0) frees it */
    if (!at)
        return abidance_counted(given, size);
    if (given) { /* another block for the old one */
        if (__atomic_load_n(&abidance_inside, __ATOMIC_RELAXED))
            __atomic_add_fetch(&abidance_asked, 1, __ATOMIC_RELAXED);
    } else if (!size)
        abidance_got_back(at);
    return abidance_fence_behind(given, size);
}

void free(void *at)
{
    if (at)
        abidance_got_back(at);
    abidance_look_behind(at, 1);
    __libc_free(at);
}

/* Whoever asks may use all that he is told of. */
size_t malloc_usable_size(void *at)
{
    abidance_fenced known;
    if (abidance_behind(at, &known))
        return known.size;
    return at && abidance_usable_size ? abidance_usable_size(at) : 0;
}

static void abidance_begin_heap(void)
{
    abidance_heap_seen = 1;
    *(void **)&abidance_usable_size = dlsym(RTLD_NEXT, "malloc_usable_size");
}
#else
static void abidance_begin_heap(void) { (void)abidance_gave; (void)abidance_got_back; }
#endif

#endif
