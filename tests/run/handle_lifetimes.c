/* One source: DEFECT 0 is sound, 1 comes as near to the defects as sound code can, each other has one of them. */
#include "handle_lifetimes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, AFTER_FREE, TWICE, SHARED, KEPT, LEFT, ORDER, CHILD, OUTLIVED, BUFFER, NARROW };
#define IS(defect) (DEFECT == (defect))

typedef struct entry {
    struct entry *next;
    const char *key;
    int value;
} entry;

struct lv_table {
    entry *first;
    entry *last_found; /* what was looked up last */
    size_t count;
    int was_added;
    const char *tag; /* of a cursor over it */
    char name[16];
    int users; /* the table itself and its cursors */
};

struct lv_cursor {
    lv_table *table;
    size_t at;
    const char *tag;
    int *seen;
};

static size_t total; /* of all tables */
static const char *known; /* the kind that was registered last */

lv_table *lv_table_new(const char *name) {
    if (*name == '\0')
        return NULL;
    lv_table *table = calloc(1, sizeof *table);
    table->users = 1;
    snprintf(table->name, sizeof table->name, "%s", name);
    return table;
}

static entry *find(const lv_table *table, const char *key) {
    for (entry *each = table->first; each != NULL; each = each->next)
        if (strcmp(each->key, key) == 0)
            return each;
    return NULL;
}

static void drop(entry *each) {
    if (!IS(KEPT))
        free((char *)each->key);
    free(each);
}

int lv_add(lv_table *table, const char *key, int value) {
    entry *found = find(table, key);
    if (found == NULL) {
        found = malloc(sizeof *found);
        *found = (entry){table->first, IS(KEPT) ? key : strdup(key), 0};
        table->first = found;
        table->count++;
        table->was_added = 1;
        total++;
    }
    found->value = IS(NARROW) ? (short)value : value;
    table->last_found = found;
    return 0;
}

lv_table *lv_table_copy(const lv_table *of) {
    lv_table *table = lv_table_new("copy");
    for (entry *each = of->first; each != NULL; each = each->next)
        lv_add(table, each->key, each->value);
    return table;
}

int lv_get(const lv_table *table, const char *key, int *value) {
    entry *found = find(table, key);
    if (found == NULL)
        return -1;
    *value = found->value;
    return 0;
}

int lv_remove(lv_table *table, const char *key) {
    entry **link = &table->first;
    while (*link != NULL && strcmp((*link)->key, key) != 0)
        link = &(*link)->next;
    if (*link == NULL)
        return -1;
    entry *gone = *link;
    *link = gone->next;
    if (table->last_found == gone && !IS(AFTER_FREE) && !IS(TWICE))
        table->last_found = NULL;
    drop(gone);
    table->count--;
    total--;
    return 0;
}

size_t lv_count(const lv_table *table) {
    if (IS(AFTER_FREE) && table->last_found != NULL && table->last_found->key[0] == '\1')
        return table->count + 1;
    if (IS(OUTLIVED) && table->tag != NULL && table->tag[0] == '\1')
        return 0;
    return IS(SHARED) ? total : table->count;
}

/* Whether there is none, and how many. */
int lv_empty(const lv_table *table, size_t *count) {
    *count = table->count;
    return IS(ORDER) ? !table->was_added : table->first == NULL;
}

static void let_go(lv_table *table) {
    if (--table->users > 0)
        return;
    total -= table->count;
    if (IS(TWICE) && table->last_found != NULL && table->last_found != table->first && table->count == 0)
        free(table->last_found);
    while (table->first != NULL) {
        entry *gone = table->first;
        table->first = gone->next;
        if (!(IS(LEFT) && table->count > 1))
            drop(gone);
        table->count--;
    }
    free(table);
}

void lv_table_free(lv_table *table) {
    if (table != NULL)
        let_go(table);
}

/* The caller leaves the tag there as long as the cursor lives. */
int lv_tag(lv_cursor *cursor, const char *tag) {
    cursor->tag = tag;
    if (IS(OUTLIVED))
        cursor->table->tag = tag;
    return 0;
}

size_t lv_tag_length(const lv_cursor *cursor) { return cursor->tag == NULL ? 0 : strlen(cursor->tag); }

/* The caller leaves the kind there for good. */
int lv_register(lv_table *table, const char *kind) {
    static volatile size_t length;
    if (known != NULL)
        length = strlen(known);
    known = kind;
    return 0;
}

int lv_next_after(int value) { return value + 1; }

const char *lv_name(const lv_table *table) {
    static char all[16];
    if (!IS(BUFFER))
        return table->name;
    return strcpy(all, table->name);
}

lv_cursor *lv_cursor_new(lv_table *table) {
    lv_cursor *cursor = malloc(sizeof *cursor);
    *cursor = (lv_cursor){table, 0, NULL, malloc(sizeof(int))};
    *cursor->seen = 0;
    if (IS(NEAR))
        table->users++; /* it may outlive the table, which nobody relies on */
    return cursor;
}

void lv_cursor_free(lv_cursor *cursor) {
    if (cursor == NULL)
        return;
    if (IS(NEAR))
        let_go(cursor->table);
    if (!(IS(CHILD) && *cursor->seen > 1))
        free(cursor->seen);
    free(cursor);
}

int lv_next(lv_cursor *cursor) {
    entry *each = cursor->table->first;
    for (size_t i = 0; each != NULL && i < cursor->at; i++)
        each = each->next;
    if (each == NULL)
        return -1;
    cursor->at++;
    ++*cursor->seen;
    return each->value;
}
