/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has all of them. */
#include "handle_orders.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ho_journal {
    char **lines;
    size_t count, room;
    const char *last;
};

ho_journal *ho_journal_open(void) { return calloc(1, sizeof(ho_journal)); }

int ho_journal_add(ho_journal *journal, const char *line) {
    if (journal->count == journal->room) {
        size_t room = journal->room ? 2 * journal->room : 2;
        char **lines = realloc(journal->lines, room * sizeof *lines);
        if (!lines)
            return HO_FULL;
        journal->lines = lines;
        journal->room = room;
    }
    size_t size = strlen(line) + 1;
    char *copy = malloc(size);
    if (!copy)
        return HO_FULL;
    memcpy(copy, line, size);
    journal->lines[journal->count++] = copy;
    journal->last = copy;
    return HO_OK;
}

void ho_journal_reset(ho_journal *journal) {
    for (size_t i = 0; i < journal->count; i++)
        free(journal->lines[i]);
    journal->count = 0;
    if (!WRONG)
        journal->last = NULL;
}

void ho_journal_close(ho_journal *journal) {
    ho_journal_reset(journal);
    free(journal->lines);
    free(journal);
}

const char *ho_journal_last(const ho_journal *journal) { return journal->last; }
size_t ho_journal_count(const ho_journal *journal) { return journal->count; }

struct ho_session {
    int32_t level;
    unsigned users;
    bool raised;
};

ho_session *ho_session_open(int32_t level) {
    ho_session *session = calloc(1, sizeof *session);
    if (session) {
        session->level = level;
        session->users = 1;
    }
    return session;
}

ho_session *ho_session_dup(ho_session *session) {
    if (!(WRONG && session->raised))
        session->users++;
    return session;
}

void ho_session_close(ho_session *session) {
    if (--session->users == 0)
        free(session);
}

int32_t ho_session_level(const ho_session *session) { return session->level; }

int ho_session_raise(ho_session *session) {
    session->raised = true;
    if (session->level == INT32_MAX)
        return HO_FULL;
    session->level++;
    return HO_OK;
}

struct ho_list {
    int32_t *values;
    size_t count, room;
    int32_t *old[32]; /* of the list that comes near: cursors may still read them */
    size_t olds;
};

struct ho_cursor {
    ho_list *list;
    size_t at;
    const int32_t *values;
};

ho_list *ho_list_new(void) { return calloc(1, sizeof(ho_list)); }

void ho_list_free(ho_list *list) {
    for (size_t i = 0; i < list->olds; i++)
        free(list->old[i]);
    free(list->values);
    free(list);
}

int ho_list_add(ho_list *list, int32_t value) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 4;
        int32_t *values = NEAR ? malloc(room * sizeof *values) : realloc(list->values, room * sizeof *values);
        if (!values)
            return HO_FULL;
        if (NEAR && list->values) {
            memcpy(values, list->values, list->count * sizeof *values);
            list->old[list->olds++] = list->values;
        }
        list->values = values;
        list->room = room;
    }
    list->values[list->count++] = value;
    return HO_OK;
}

int ho_list_drop(ho_list *list) {
    if (!list->count)
        return HO_NONE;
    list->count--;
    return HO_OK;
}

ho_cursor *ho_cursor_open(ho_list *list) {
    ho_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor) {
        cursor->list = list;
        cursor->values = list->values;
    }
    return cursor;
}

void ho_cursor_close(ho_cursor *cursor) { free(cursor); }

int ho_cursor_next(ho_cursor *cursor, int32_t *value) {
    if (cursor->at >= cursor->list->count)
        return HO_NONE;
    const int32_t *values = WRONG && cursor->values ? cursor->values : cursor->list->values;
    *value = values[cursor->at++];
    return HO_OK;
}

#define RING 4
struct ho_ring {
    size_t first, size;
    int32_t values[RING];
};

ho_ring *ho_ring_new(void) { return calloc(1, sizeof(ho_ring)); }
void ho_ring_free(ho_ring *ring) { free(ring); }

int ho_ring_put(ho_ring *ring, int32_t value) {
    size_t at = (ring->first + ring->size) % RING;
    if (WRONG)
        ring->size++; /* it stays so where there is no room */
    if (ring->size > RING - !WRONG)
        return HO_FULL;
    ring->size += !WRONG;
    ring->values[at] = value;
    return HO_OK;
}

int ho_ring_get(ho_ring *ring, int32_t *value) {
    if (!ring->size)
        return HO_NONE;
    *value = ring->values[ring->first];
    ring->first = (ring->first + 1) % RING;
    ring->size--;
    return HO_OK;
}

size_t ho_ring_size(const ho_ring *ring) { return ring->size; }

struct ho_tally {
    uint64_t sum;
#if WRONG
    uint8_t count;
#else
    size_t count;
#endif
    bool any;
};

ho_tally *ho_tally_new(void) { return calloc(1, sizeof(ho_tally)); }
void ho_tally_free(ho_tally *tally) { free(tally); }

int ho_tally_mark(ho_tally *tally, uint8_t mark) {
    if (NEAR && tally->count == 255)
        return HO_OK; /* it has counted as far as it can, and lets the rest be */
    tally->sum += mark;
    tally->count++;
    tally->any = true;
    return HO_OK;
}

int ho_tally_mean(const ho_tally *tally, uint32_t *mean) {
    if (!tally->any)
        return HO_NONE;
    *mean = (uint32_t)(tally->sum / tally->count);
    return HO_OK;
}

bool ho_tally_empty(const ho_tally *tally) { return !tally->any; }

struct entry {
    struct entry *next;
    char *key, *value;
};
struct ho_dict {
    struct entry *first;
    struct entry *replaced; /* values that were given out may still be read */
};

static char *copied(const char *text) {
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static struct entry **found(struct entry **at, const char *key) {
    while (*at && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    return at;
}

ho_dict *ho_dict_new(void) { return calloc(1, sizeof(ho_dict)); }

int ho_dict_remove(ho_dict *dict, const char *key) {
    struct entry **at = found(&dict->first, key), *gone = *at;
    if (!gone)
        return HO_NONE;
    *at = gone->next;
    free(gone->key);
    free(gone->value);
    free(gone);
    return HO_OK;
}

void ho_dict_free(ho_dict *dict) {
    while (dict->first)
        ho_dict_remove(dict, dict->first->key);
    for (struct entry *gone = dict->replaced, *next; gone; gone = next) {
        next = gone->next;
        free(gone->value);
        free(gone);
    }
    free(dict);
}

int ho_dict_set(ho_dict *dict, const char *key, const char *value) {
    struct entry *there = *found(&dict->first, key);
    char *copy = copied(value);
    if (!copy)
        return HO_FULL;
    if (there) {
        struct entry *kept = NEAR ? calloc(1, sizeof *kept) : NULL;
        if (kept) {
            kept->value = there->value;
            kept->next = dict->replaced;
            dict->replaced = kept;
        } else if (!WRONG) {
            free(there->value);
        }
        there->value = copy;
        return HO_OK;
    }
    struct entry *made = malloc(sizeof *made);
    if (!made || !(made->key = copied(key))) {
        free(copy);
        free(made);
        return HO_FULL;
    }
    made->value = copy;
    made->next = dict->first;
    dict->first = made;
    return HO_OK;
}

const char *ho_dict_get(const ho_dict *dict, const char *key) {
    struct entry *there = *found((struct entry **)&dict->first, key);
    return there ? there->value : NULL;
}

struct ho_meter {
    uint64_t total;
    uint8_t scale;
};
static uint8_t last_scale;

ho_meter *ho_meter_new(uint8_t scale) {
    ho_meter *meter = calloc(1, sizeof *meter);
    if (meter)
        last_scale = meter->scale = scale;
    return meter;
}

void ho_meter_free(ho_meter *meter) { free(meter); }

void ho_meter_feed(ho_meter *meter, uint16_t amount) {
    meter->total += (uint64_t)amount * (WRONG && meter->total ? last_scale : meter->scale);
}

uint64_t ho_meter_total(const ho_meter *meter) { return meter->total; }
void ho_meter_clear(ho_meter *meter) { meter->total = 0; }

#define PLACES 3
struct ho_store {
    pthread_mutex_t lock;
    size_t size;
    uint8_t keys[PLACES];
    int32_t values[PLACES];
};

ho_store *ho_store_new(void) {
    ho_store *store = calloc(1, sizeof *store);
    if (store)
        pthread_mutex_init(&store->lock, NULL);
    return store;
}

void ho_store_free(ho_store *store) {
    pthread_mutex_destroy(&store->lock);
    free(store);
}

int ho_store_put(ho_store *store, uint8_t key, int32_t value) {
    pthread_mutex_lock(&store->lock);
    if (store->size == PLACES) {
        if (!WRONG)
            pthread_mutex_unlock(&store->lock);
        return HO_FULL;
    }
    store->keys[store->size] = key;
    store->values[store->size++] = value;
    pthread_mutex_unlock(&store->lock);
    return HO_OK;
}

int ho_store_take(ho_store *store, uint8_t key, int32_t *value) {
    int status = HO_NONE;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->size && status != HO_OK; i++)
        if (store->keys[i] == key) {
            *value = store->values[i];
            store->size--;
            store->keys[i] = store->keys[store->size];
            store->values[i] = store->values[store->size];
            status = HO_OK;
        }
    pthread_mutex_unlock(&store->lock);
    return status;
}

size_t ho_store_size(ho_store *store) {
    pthread_mutex_lock(&store->lock);
    size_t size = store->size;
    pthread_mutex_unlock(&store->lock);
    return size;
}

struct ho_parser {
    uint8_t *held;
    size_t size;
    bool done;
};
ho_parser *ho_parser_new(void) { return calloc(1, sizeof(ho_parser)); }
void ho_parser_free(ho_parser *p) { free(p->held); free(p); }
int ho_parser_feed(ho_parser *p, const uint8_t *data, size_t n) {
    if (p->done)
        return HO_STATE;
    if (n == 0)
        return HO_OK;
    uint8_t *held = realloc(p->held, p->size + n);
    if (!held)
        return HO_FULL;
    memcpy(held + p->size, data, n);
    p->held = held;
    p->size += n;
    return HO_OK;
}
int ho_parser_finish(ho_parser *p, uint32_t *sum) {
    if (p->done)
        return HO_STATE;
    uint32_t s = 0;
    for (size_t i = 0; i < p->size; i++)
        s += p->held[i];
    free(p->held);
    p->held = NULL;
    if (!WRONG)
        p->size = 0;
    p->done = true;
    *sum = s;
    return HO_OK;
}
void ho_parser_reset(ho_parser *p) {
    if (!p->done) {
        free(p->held);
        p->held = NULL;
        p->size = 0;
    }
    p->done = false;
}

struct ho_registry { ho_entry *entries[256]; };
struct ho_entry { ho_registry *registry; unsigned users, touched; uint8_t name; };
ho_registry *ho_registry_new(void) { return calloc(1, sizeof(ho_registry)); }
void ho_registry_free(ho_registry *r) { free(r); }
ho_entry *ho_entry_open(ho_registry *r, uint8_t name) {
    ho_entry *e = r->entries[name];
    if (e) {
        if (!(WRONG && e->touched))
            e->users++;
        return e;
    }
    e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->registry = r;
    e->users = 1;
    e->name = name;
    return r->entries[name] = e;
}
void ho_entry_close(ho_entry *e) {
    if (--e->users)
        return;
    e->registry->entries[e->name] = NULL;
    free(e);
}
int ho_entry_touch(ho_entry *e) { e->touched++; return HO_OK; }

struct node { struct node *next; uint8_t key; int32_t value; };
struct ho_map { struct node *first; ho_iter *iters; };
struct ho_iter { ho_map *map; struct node *at; ho_iter *next; };
ho_map *ho_map_new(void) { return calloc(1, sizeof(ho_map)); }
void ho_map_free(ho_map *m) {
    for (struct node *n = m->first, *next; n; n = next) { next = n->next; free(n); }
    free(m);
}
int ho_map_put(ho_map *m, uint8_t key, int32_t value) {
    struct node **at = &m->first;
    while (*at && (*at)->key != key)
        at = &(*at)->next;
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at)
            return HO_FULL;
        (*at)->key = key;
    }
    (*at)->value = value;
    return HO_OK;
}
int ho_map_remove(ho_map *m, uint8_t key) {
    struct node **at = &m->first;
    while (*at && (*at)->key != key)
        at = &(*at)->next;
    struct node *gone = *at;
    if (!gone)
        return HO_NONE;
    *at = gone->next;
    if (!WRONG)
        for (ho_iter *i = m->iters; i; i = i->next)
            if (i->at == gone)
                i->at = gone->next;
    free(gone);
    return HO_OK;
}
ho_iter *ho_iter_new(ho_map *m) {
    ho_iter *i = calloc(1, sizeof *i);
    if (i) { i->map = m; i->at = m->first; i->next = m->iters; m->iters = i; }
    return i;
}
void ho_iter_free(ho_iter *i) {
    ho_iter **at = &i->map->iters;
    while (*at != i)
        at = &(*at)->next;
    *at = i->next;
    free(i);
}
int ho_iter_next(ho_iter *i, uint8_t *key, int32_t *value) {
    if (!i->at)
        return HO_NONE;
    *key = i->at->key;
    *value = i->at->value;
    i->at = i->at->next;
    return HO_OK;
}

struct ho_buffer { uint8_t *bytes; size_t size, room; };
ho_buffer *ho_buffer_new(void) { return calloc(1, sizeof(ho_buffer)); }
void ho_buffer_free(ho_buffer *b) { free(b->bytes); free(b); }
int ho_buffer_reserve(ho_buffer *b, uint32_t room) {
    size_t before = b->room;
    if (room <= b->room)
        return HO_OK;
    b->room = room; /* as if there were */
    uint8_t *bytes = room <= 1000 ? realloc(b->bytes, room) : NULL;
    if (!bytes) {
        if (!WRONG)
            b->room = before;
        return room <= 1000 ? HO_FULL : HO_BIG;
    }
    b->bytes = bytes;
    return HO_OK;
}
int ho_buffer_append(ho_buffer *b, const uint8_t *data, size_t n) {
    if (n > b->room - b->size)
        return HO_FULL;
    if (n)
        memcpy(b->bytes + b->size, data, n);
    b->size += n;
    return HO_OK;
}
size_t ho_buffer_size(const ho_buffer *b) { return b->size; }

struct ho_ids { uint8_t taken[200]; 
#if WRONG
    uint8_t next;
#else
    uint32_t next;
#endif
};
ho_ids *ho_ids_new(void) { return calloc(1, sizeof(ho_ids)); }
void ho_ids_free(ho_ids *ids) { free(ids); }
int ho_ids_take(ho_ids *ids, uint32_t *id) {
#if WRONG
    uint8_t at = ids->next++; /* those that are given back are not looked for */
    if (at < 200 || ids->next == 0) { /* as far as it is full */
        ids->taken[at % 200] = 1;
        *id = at;
        return HO_OK;
    }
    return HO_FULL;
#else
    if (ids->next == 200)
        return HO_FULL;
    *id = ids->next++;
    ids->taken[*id] = 1;
    return HO_OK;
#endif
}
int ho_ids_give(ho_ids *ids, uint32_t id) {
    if (id >= 200 || !ids->taken[id])
        return HO_NONE;
    ids->taken[id] = 0;
    return HO_OK;
}

static uint32_t *table;
static unsigned users;
struct ho_context { uint32_t hits; };
ho_context *ho_context_new(void) {
    ho_context *c = calloc(1, sizeof *c);
    if (c && users++ == 0) {
        table = malloc(256 * sizeof *table);
        for (unsigned n = 0; n < 256; n++)
            table[n] = n * n;
    }
    return c;
}
void ho_context_free(ho_context *c) {
    users--;
    if (users == 0 || (WRONG && c->hits > 1)) {
        free(table);
        if (!WRONG || users == 0)
            table = NULL;
    }
    free(c);
}
uint32_t ho_context_find(ho_context *c, uint8_t n) { c->hits++; return table[n]; }
