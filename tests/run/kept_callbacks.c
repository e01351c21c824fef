/* One source. VARIANT 0 is sound; 1 tells at every end as well, also at one that is refused or is not the last; 2 tells
   once more when the end is past, and only the first of those that are to be told of it. */
#include "kept_callbacks.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))
enum { PLACES = 3 };

struct kept {
    kc_told told;
    void *mine;
};
struct kc_base {
    struct kept kept;
    int readers;
};
struct kc_reader {
    kc_base *base;
};
struct kc_shared {
    struct kept kept, ends[PLACES];
    int references;
};
struct kc_list {
    kc_shared *places[PLACES];
};

static struct kept old_base, old_shared;

static int tell(const struct kept *kept) {
    if (kept->told == NULL)
        return 0;
    kept->told(kept->mine);
    return 1;
}

static void tell_late(struct kept *old) {
    if (IS(WRONG))
        tell(old);
    memset(old, 0, sizeof *old);
}

kc_base *kc_base_new(void) {
    memset(&old_base, 0, sizeof old_base);
    return calloc(1, sizeof(kc_base));
}

int kc_base_close(kc_base *base) {
    if (base == NULL)
        return 0;
    if (IS(NEAR))
        tell(&base->kept);
    if (base->readers > 0)
        return -2;
    old_base = base->kept;
    free(base);
    return 0;
}

void kc_base_on(kc_base *base, kc_told told, void *mine) { base->kept = (struct kept){told, mine}; }

int kc_base_poke(kc_base *base) {
    tell_late(&old_base);
    return tell(&base->kept);
}

int kc_reader_open(kc_base *base, const char *name, kc_reader **reader) {
    *reader = NULL;
    if (*name == 0)
        return 0;
    *reader = malloc(sizeof **reader);
    if (*reader == NULL)
        return -1;
    (*reader)->base = base;
    base->readers++;
    return 0;
}

void kc_reader_free(kc_reader *reader) {
    if (reader != NULL)
        reader->base->readers--;
    free(reader);
}

kc_shared *kc_shared_new(void) {
    kc_shared *made = calloc(1, sizeof *made);
    memset(&old_shared, 0, sizeof old_shared);
    if (made != NULL)
        made->references = 1;
    return made;
}

kc_shared *kc_shared_ref(kc_shared *shared) {
    shared->references++;
    return shared;
}

void kc_shared_unref(kc_shared *shared) {
    if (shared == NULL)
        return;
    if (IS(NEAR))
        tell(&shared->kept);
    if (--shared->references > 0)
        return;
    old_shared = shared->kept;
    for (int i = 0; i < (IS(WRONG) ? 1 : PLACES); i++)
        tell(&shared->ends[i]);
    free(shared);
}

void kc_shared_on(kc_shared *shared, kc_told told, void *mine) { shared->kept = (struct kept){told, mine}; }

int kc_shared_poke(kc_shared *shared) {
    tell_late(&old_shared);
    return tell(&shared->kept);
}

int kc_shared_at_end(kc_shared *shared, kc_told gone, void *mine) {
    for (int i = 0; i < PLACES; i++)
        if (shared->ends[i].told == NULL) {
            shared->ends[i] = (struct kept){gone, mine};
            return 0;
        }
    return -1;
}

kc_list *kc_list_new(void) { return calloc(1, sizeof(kc_list)); }

void kc_list_free(kc_list *list) {
    for (int i = 0; list != NULL && i < PLACES; i++)
        kc_shared_unref(list->places[i]);
    free(list);
}

int kc_list_put(kc_list *list, kc_shared *shared) {
    for (int i = 0; i < PLACES; i++)
        if (list->places[i] == NULL) {
            list->places[i] = kc_shared_ref(shared);
            return 0;
        }
    return -1;
}

int kc_list_drop(kc_list *list, int place) {
    if (place >= PLACES || list->places[place] == NULL)
        return -1;
    kc_shared_unref(list->places[place]);
    list->places[place] = NULL;
    return 0;
}

int kc_list_poke(kc_list *list) {
    int told = 0;
    for (int i = 0; i < PLACES; i++)
        if (list->places[i] != NULL)
            told += kc_shared_poke(list->places[i]);
    return told;
}

struct lent {
    const char *bytes;
    size_t n;
    struct kept gone;
};
struct kc_rope {
    struct lent lent[PLACES];
    kc_rope *from[PLACES];
    int references;
};

static struct kept old_rope;

kc_rope *kc_rope_new(void) {
    kc_rope *made = calloc(1, sizeof *made);
    memset(&old_rope, 0, sizeof old_rope);
    if (made != NULL)
        made->references = 1;
    return made;
}

void kc_rope_free(kc_rope *rope) {
    if (rope == NULL || --rope->references > 0)
        return;
    for (int i = 0; i < PLACES; i++) {
        tell(&rope->lent[i].gone);
        if (rope->lent[i].bytes != NULL)
            old_rope = rope->lent[i].gone;
        kc_rope_free(rope->from[i]);
    }
    free(rope);
}

int kc_rope_lend(kc_rope *rope, const char *bytes, size_t n, kc_told gone, void *mine) {
    for (int i = 0; i < PLACES; i++)
        if (rope->lent[i].bytes == NULL) {
            rope->lent[i] = (struct lent){bytes, n, {gone, mine}};
            return 0;
        }
    return -1;
}

int kc_rope_refer(kc_rope *to, kc_rope *from) {
    for (int i = 0; i < PLACES; i++)
        if (to->from[i] == NULL) {
            to->from[i] = from;
            from->references++;
            return 0;
        }
    return -1;
}

unsigned kc_rope_sum(const kc_rope *rope) {
    unsigned sum = 0;
    tell_late(&old_rope);
    for (int i = 0; i < PLACES; i++) {
        for (size_t n = 0; n < rope->lent[i].n; n++)
            sum += (unsigned char)rope->lent[i].bytes[n];
        sum += rope->from[i] != NULL ? kc_rope_sum(rope->from[i]) : 0;
    }
    return sum;
}
