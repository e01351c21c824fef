/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can; the others have one each. */
#include "handle_trees.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define KEPT (VARIANT == 2)
#define TWICE (VARIANT == 3)
#define STOLEN (VARIANT == 4)
#define CLEARED (VARIANT == 5)
#define MOST 3

struct ht_note {
    ht_pool *pool;
    int number;
};

struct ht_pool {
    ht_pool *parent, *child, *next;
    ht_note *note, *spare;
};

static void put_into(ht_pool *pool, ht_pool *parent) {
    pool->parent = parent;
    pool->next = parent ? parent->child : NULL;
    if (parent)
        parent->child = pool;
}

static void take_from(ht_pool *pool, ht_pool *parent) {
    for (ht_pool **at = &parent->child; *at; at = &(*at)->next)
        if (*at == pool) {
            *at = pool->next;
            break;
        }
}

ht_pool *ht_new(ht_pool *parent) {
    ht_pool *pool = calloc(1, sizeof *pool);
    if (pool)
        put_into(pool, parent);
    return pool;
}

static void end(ht_pool *pool);

/* Cleared: leaves the first of those that it has freed where it was. */
void ht_clear(ht_pool *pool) {
    ht_pool *first = pool->child;
    for (ht_pool *each = first, *next; each; each = next) {
        next = each->next;
        end(each);
    }
    pool->child = CLEARED ? first : NULL;
}

/* Kept: forgets what is in one that is in another. */
static void end(ht_pool *pool) {
    if (!(KEPT && pool->parent))
        ht_clear(pool);
    free(pool->note);
    free(pool->spare);
    free(pool);
}

/* Twice: does not take it out of the one that it is in, which frees it again. */
void ht_free(ht_pool *pool) {
    if (pool->parent && !TWICE)
        take_from(pool, pool->parent);
    if (CLEARED)
        while (pool->child)
            ht_free(pool->child);
    end(pool);
}

static size_t inside(const ht_pool *pool) {
    size_t count = 0;
    for (const ht_pool *each = pool->child; each; each = each->next)
        count++;
    return count;
}

/* Stolen: is in both afterwards. */
int ht_move(ht_pool *pool, ht_pool *into) {
    if (into && inside(into) == MOST)
        return -1;
    if (pool->parent && !STOLEN)
        take_from(pool, pool->parent);
    put_into(pool, into);
    return 0;
}

ht_pool *ht_steal(ht_pool *into, ht_pool *pool) { return ht_move(pool, into) == 0 ? pool : NULL; }

ht_pool *ht_take_out(ht_pool *pool) {
    if (pool->parent)
        take_from(pool, pool->parent);
    put_into(pool, NULL);
    return pool;
}

ht_pool *ht_parent(const ht_pool *pool) { return pool->parent; }

size_t ht_count(const ht_pool *pool) {
    size_t count = 0;
    for (const ht_pool *each = pool->child; each; each = each->next)
        count += 1 + ht_count(each);
    return count;
}

/* Near: a note that was freed is kept for the next one of its pool. */
int ht_note_new(ht_pool *pool, ht_note **note) {
    if (pool->note)
        return -1;
    pool->note = pool->spare ? pool->spare : malloc(sizeof *pool->note);
    pool->spare = NULL;
    if (!pool->note)
        return -1;
    *pool->note = (ht_note){pool, 0};
    *note = pool->note;
    return 0;
}

void ht_note_free(ht_note *note) {
    note->pool->note = NULL;
    if (NEAR)
        note->pool->spare = note;
    else
        free(note);
}

int ht_note_write(ht_note *note, int number) {
    int before = note->number;
    note->number = number;
    return before;
}
