/* Handles that a traced program has made, by their addresses.
 *
 * Only a handle whose making was seen is known, and only what is certain is told: whatever function of the library that
 * the contract says nothing of is given a handle, nothing is told of it any more; one that could have made handles ends
 * all that is known of those that are gone. A table that is full forgets the gone first. No locks: a key is put into an
 * entry once, and every change of a state is compared and exchanged with the one that was seen.
 */
#ifndef ABIDANCE_LIFETIMES_H
#define ABIDANCE_LIFETIMES_H

enum { ABIDANCE_NOT_ALIVE, ABIDANCE_IS_ALIVE, ABIDANCE_IS_ENDING, ABIDANCE_IS_GONE, ABIDANCE_IS_UNKNOWN };
enum { ABIDANCE_ENTRIES = 1 << 16, ABIDANCE_PROBES = 32 };
#define ABIDANCE_STATE(word) ((unsigned)((word) & 7))
#define ABIDANCE_HOLDERS(word) ((unsigned)((word) >> 3 & 0x1FFF))
#define ABIDANCE_MADE(state, holders, number) ((uint64_t)(state) | (uint64_t)(holders) << 3 | (uint64_t)(number) << 16)
#define ABIDANCE_NUMBER(word) ((word) >> 16)

typedef struct {
    uint64_t key;   /* the address, and above it the kind */
    uint64_t word;  /* its state, how often it was handed out, and which making it was */
    uint64_t epoch; /* when it was gone */
    uint64_t left;  /* of one that the caller allocates, what the library has left of its own part */
    const void *from; /* who made it */
} abidance_handle;

static abidance_handle *abidance_handles;
static uint64_t abidance_epoch, abidance_making, abidance_inherited; /* what a child's parent has made is none of its own */

static void abidance_begin_handles(void)
{
    abidance_inherited = abidance_making;
    if (!ABIDANCE_KINDS || abidance_handles)
        return;
    void *at = mmap(NULL, ABIDANCE_ENTRIES * sizeof(abidance_handle), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    abidance_handles = at == MAP_FAILED ? NULL : at;
}

static inline uint64_t abidance_key_of(unsigned kind, const void *at) { return (uint64_t)(uintptr_t)at | (uint64_t)(kind + 1) << 56; }

static inline size_t abidance_home(uint64_t key) { return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 48); }

static inline abidance_handle *abidance_known(unsigned kind, const void *at)
{
    uint64_t key = abidance_key_of(kind, at);
    size_t home = abidance_home(key);
    if (!abidance_handles || !at)
        return NULL;
    for (size_t i = 0; i < ABIDANCE_PROBES; i++) {
        abidance_handle *each = &abidance_handles[(home + i) % ABIDANCE_ENTRIES];
        uint64_t there = __atomic_load_n(&each->key, __ATOMIC_ACQUIRE);
        if (there == key)
            return each;
        if (!there)
            return NULL;
    }
    return NULL;
}

static abidance_handle *abidance_entry(unsigned kind, const void *at)
{
    uint64_t key = abidance_key_of(kind, at);
    size_t home = abidance_home(key);
    abidance_handle *found = abidance_known(kind, at);
    for (size_t i = 0; !found && i < ABIDANCE_PROBES; i++) {
        abidance_handle *each = &abidance_handles[(home + i) % ABIDANCE_ENTRIES];
        uint64_t none = 0;
        if (__atomic_compare_exchange_n(&each->key, &none, key, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || none == key)
            found = each;
    }
    for (size_t i = 0; !found && i < ABIDANCE_PROBES; i++) {
        abidance_handle *each = &abidance_handles[(home + i) % ABIDANCE_ENTRIES];
        uint64_t there = __atomic_load_n(&each->key, __ATOMIC_ACQUIRE), word = __atomic_load_n(&each->word, __ATOMIC_ACQUIRE);
        if (ABIDANCE_STATE(word) == ABIDANCE_IS_GONE || ABIDANCE_STATE(word) == ABIDANCE_IS_UNKNOWN)
            if (__atomic_compare_exchange_n(&each->key, &there, key, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
                found = each;
    }
    return found;
}

/* A call has made a handle. One that is alive already was handed out once more, and is ended as often. */
static void abidance_make(unsigned kind, const void *at, const void *from)
{
    if (!abidance_handles || !at)
        return;
    abidance_handle *each = abidance_entry(kind, at);
    if (!each) {
        __atomic_fetch_add(&abidance_file[ABIDANCE_UNTRACKED], 1, __ATOMIC_RELAXED);
        return;
    }
    uint64_t number = __atomic_add_fetch(&abidance_making, 1, __ATOMIC_RELAXED);
    uint64_t word = __atomic_load_n(&each->word, __ATOMIC_ACQUIRE), made;
    do {
        unsigned again = ABIDANCE_STATE(word) == ABIDANCE_IS_ALIVE ? ABIDANCE_HOLDERS(word) : 0;
        made = ABIDANCE_MADE(ABIDANCE_IS_ALIVE, again < 0x1FFF ? again + 1 : again, number);
    } while (!__atomic_compare_exchange_n(&each->word, &word, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    each->from = from;
}

/* The entry of a handle that is known to be gone, NULL where that is not certain. */
static inline abidance_handle *abidance_gone(unsigned kind, const void *at)
{
    abidance_handle *each = abidance_known(kind, at);
    if (!each || ABIDANCE_STATE(__atomic_load_n(&each->word, __ATOMIC_ACQUIRE)) != ABIDANCE_IS_GONE)
        return NULL;
    return each->epoch == __atomic_load_n(&abidance_epoch, __ATOMIC_ACQUIRE) ? each : NULL;
}

/* A call is about to end a handle: return the state that it is in until the call is back, 0 where nothing is known. */
static uint64_t abidance_end(unsigned kind, const void *at)
{
    abidance_handle *each = abidance_known(kind, at);
    uint64_t word = each ? __atomic_load_n(&each->word, __ATOMIC_ACQUIRE) : 0;
    if (ABIDANCE_STATE(word) != ABIDANCE_IS_ALIVE)
        return 0;
    uint64_t ending = (word & ~UINT64_C(7)) | ABIDANCE_IS_ENDING;
    return __atomic_compare_exchange_n(&each->word, &word, ending, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? ending : 0;
}

/* That call is back. Whoever has made a handle at the same address meanwhile has its own. One that fails may have ended
 * the handle all the same, as zlib's does where output is pending. */
static void abidance_ended(unsigned kind, const void *at, uint64_t ending, int success, uint64_t left)
{
    abidance_handle *each = ending ? abidance_known(kind, at) : NULL;
    if (!each)
        return;
    unsigned holders = ABIDANCE_HOLDERS(ending);
    uint64_t after = ABIDANCE_MADE(ABIDANCE_IS_UNKNOWN, 0, ABIDANCE_NUMBER(ending));
    if (success) {
        each->epoch = __atomic_load_n(&abidance_epoch, __ATOMIC_ACQUIRE);
        each->left = left;
        after = holders > 1 ? ABIDANCE_MADE(ABIDANCE_IS_ALIVE, holders - 1, ABIDANCE_NUMBER(ending))
                            : ABIDANCE_MADE(ABIDANCE_IS_GONE, 0, ABIDANCE_NUMBER(ending));
    }
    __atomic_compare_exchange_n(&each->word, &ending, after, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* What a handle is given to that nothing is promised of. */
static void abidance_lose(const void *at)
{
    for (unsigned kind = 0; kind < ABIDANCE_KINDS; kind++) {
        abidance_handle *each = abidance_known(kind, at);
        if (each)
            __atomic_store_n(&each->word, (uint64_t)ABIDANCE_IS_UNKNOWN, __ATOMIC_RELEASE);
    }
}

/* What may have made handles without being seen: any that is gone may be another one now. */
static void abidance_forget(void)
{
    __atomic_fetch_add(&abidance_epoch, 1, __ATOMIC_ACQ_REL);
}

static inline uint64_t abidance_mixed(uint64_t hash, const unsigned char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001B3);
    return hash;
}

#endif
