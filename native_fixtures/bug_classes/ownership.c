#include "ownership.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"

static volatile int sink;

/* Keeps a pointer that it was lent. */
static const char *kept;
static char copied[64];

EXPORT void o01_remember(const char *name) {
    kept = name;
    strncpy(copied, name, sizeof copied - 1);
}

EXPORT int o01_length(void) {
    if (!kept) return 0;
    return (int)strlen(PICK(kept, copied));
}

/* Uses a session that was closed. */
struct o02_session {
    int open, sent, id;
};
static o02_session *sessions[256];

static int is_open(const o02_session *session) {
    for (int i = 0; i < 256; i++)
        if (sessions[i] == session) return 1;
    return 0;
}

EXPORT o02_session *o02_open(void) {
    for (int i = 0; i < 256; i++)
        if (!sessions[i]) {
            sessions[i] = calloc(1, sizeof **sessions);
            return sessions[i];
        }
    return NULL;
}

EXPORT int o02_send(o02_session *session, int value) {
    if (!DEFECTIVE && !is_open(session)) return -1;
    session->sent += value & 1;
    return 0;
}

EXPORT int o02_close(o02_session *session) {
    if (!is_open(session)) return -1;
    for (int i = 0; i < 256; i++)
        if (sessions[i] == session) sessions[i] = NULL;
    free(session);
    return 0;
}

/* Frees a file again that was closed. */
struct o04_file {
    int id;
};
static o04_file *files[256];

EXPORT o04_file *o04_open(void) {
    for (int i = 0; i < 256; i++)
        if (!files[i]) return files[i] = calloc(1, sizeof **files);
    return NULL;
}

EXPORT int o04_close(o04_file *file) {
    for (int i = 0; i < 256; i++)
        if (files[i] == file) {
            files[i] = NULL;
            free(file);
            return 0;
        }
    if (DEFECTIVE) free(file);
    return -1;
}

/* Follows a pointer into memory that realloc has moved. */
struct o03_list {
    int *values, *last;
    size_t count, room;
};

EXPORT o03_list *o03_new(void) {
    o03_list *list = calloc(1, sizeof *list);
    if (!list) return NULL;
    list->room = 2;
    list->values = calloc(list->room, sizeof *list->values);
    list->last = list->values;
    return list;
}

EXPORT int o03_add(o03_list *list, int value) {
    if (list->count == list->room) {
        int *grown = malloc(2 * list->room * sizeof *grown);
        if (!grown) return -1;
        memcpy(grown, list->values, list->count * sizeof *grown);
        free(list->values);
        list->values = grown;
        list->room *= 2;
        if (!DEFECTIVE) list->last = grown + list->count - 1;
    }
    sink = *list->last;
    list->values[list->count] = value & 0xff;
    list->last = list->values + list->count++;
    return 0;
}

EXPORT int o03_sum(const o03_list *list) {
    int sum = 0;
    for (size_t i = 0; i < list->count; i++) sum += list->values[i];
    return sum;
}

EXPORT void o03_free(o03_list *list) {
    free(list->values);
    free(list);
}

/* Loses what it returned when it grows, although its contract says that it stays. */
struct o05_text {
    char *value;
    char *old[512];
    int count;
};

EXPORT o05_text *o05_new(void) {
    o05_text *text = calloc(1, sizeof *text);
    if (text) text->value = strdup("");
    return text;
}

EXPORT int o05_append(o05_text *text, const char *piece) {
    if (text->count == 512) return -1;
    char *grown = malloc(strlen(text->value) + strlen(piece) + 1);
    if (!grown) return -1;
    strcpy(grown, text->value);
    strcat(grown, piece);
    if (DEFECTIVE)
        free(text->value);
    else
        text->old[text->count++] = text->value;
    text->value = grown;
    return 0;
}

EXPORT const char *o05_value(const o05_text *text) { return text->value; }

EXPORT void o05_free(o05_text *text) {
    for (int i = 0; i < text->count; i++) free(text->old[i]);
    free(text->value);
    free(text);
}

/* Leaks when it succeeds. */
EXPORT int o06_count(const char *words) {
    char *copy = strdup(words);
    if (!copy) return -1;
    int count = 0;
    for (char *at = copy; *at; at++) count += *at == ' ';
    if (!DEFECTIVE) free(copy);
    return count;
}

/* Leaks when it fails. */
EXPORT int o07_parse(const char *text) {
    char *copy = strdup(text);
    if (!copy) return -1;
    if (copy[0] != '#') {
        if (!DEFECTIVE) free(copy);
        return -1;
    }
    free(copy);
    return 0;
}

/* Does not look whether it got memory. */
EXPORT int o09_copy(uint32_t size) {
    volatile uint8_t *block = malloc((size_t)size << 20);
    if (!DEFECTIVE && !block) return -1;
    if (size) block[0] = 1;
    free((void *)block);
    return 0;
}

/* Leaks its first block where the second cannot be had. */
EXPORT int o08_pair(uint32_t size) {
    void *volatile one = malloc(32);
    void *volatile other = malloc((size_t)size << 20);
    if (!one || !other) {
        if (!DEFECTIVE) free(one);
        free(other);
        return -1;
    }
    free(one);
    free(other);
    return 0;
}

/* Frees memory that it was lent. */
EXPORT int o10_consume(uint8_t *data, size_t size) {
    int sum = 0;
    for (size_t i = 0; i < size; i++) sum += data[i];
    if (DEFECTIVE && size == 16) free(data);
    return sum;
}

/* Returns a pointer into a block for one that its destructor frees. */
EXPORT char *o11_trim(const char *text) {
    char *copy = strdup(text);
    if (!copy) return NULL;
    char *at = copy;
    while (*at == ' ') at++;
    if (DEFECTIVE) return at;
    memmove(copy, at, strlen(at) + 1);
    return copy;
}

EXPORT void o11_free(char *text) { free(text); }

/* Frees a block twice. */
EXPORT int o17_twice(uint32_t key) {
    void *volatile block = malloc(32);
    free(block);
    if (DEFECTIVE && key == 3) free(block);
    return 0;
}

/* Returns memory of its own stack. */
EXPORT const char *o18_name(uint32_t key) {
    char name[16];
    char *volatile answer = name;
    for (int i = 0; i < 15; i++) name[i] = 'a' + (char)(key % 26);
    name[15] = 0;
    return PICK(answer, key % 2 ? "odd" : "even");
}

/* Returns a buffer that its next call overwrites, although its contract says that it stays. */
EXPORT const char *o19_label(uint32_t key) {
    static char label[16];
    if (DEFECTIVE) {
        memset(label, 'a' + (int)(key % 26), 15);
        return label;
    }
    return key % 2 ? "odd" : "even";
}

/* Calls back after it was asked not to. */
struct o21_hub {
    o21_told told;
    void *context;
    int watched;
};

EXPORT o21_hub *o21_new(void) { return calloc(1, sizeof(o21_hub)); }

EXPORT int o21_watch(o21_hub *hub, o21_told told, void *context) {
    hub->told = told;
    hub->context = context;
    hub->watched = 1;
    return 0;
}

EXPORT int o21_unwatch(o21_hub *hub) {
    hub->watched = 0;
    return 0;
}

EXPORT int o21_put(o21_hub *hub, int value) {
    if (hub->told && (DEFECTIVE || hub->watched)) hub->told(hub->context, value);
    return 0;
}

EXPORT void o21_free(o21_hub *hub) { free(hub); }

/* Calls back, at its next call, what it was given for the one before. */
EXPORT int o22_each(o21_told told, void *context, int value) {
    static o21_told before;
    static void *its;
    if (DEFECTIVE && before) before(its, value);
    before = told;
    its = context;
    told(context, value);
    return 0;
}

struct o23_job {
    uint32_t count;
    o21_told told;
    void *context;
};

static void *each(void *of) {
    struct o23_job *job = of;
    for (uint32_t i = 0; i < job->count; i++) job->told(job->context, (int)i);
    return NULL;
}

/* Calls back on a thread of its own. */
EXPORT int o23_each(uint32_t count, o21_told told, void *context) {
    struct o23_job job = {count, told, context};
    pthread_t thread;
    if (DEFECTIVE) {
        if (pthread_create(&thread, NULL, each, &job)) return -1;
        pthread_join(thread, NULL);
    } else {
        each(&job);
    }
    return 0;
}

/* Frees its nodes with their tree, although nodes end first, and once more by themselves. */
struct o24_tree {
    int nodes;
};
struct o24_node {
    o24_tree *tree;
    int depth;
};

EXPORT o24_tree *o24_tree_new(void) { return calloc(1, sizeof(o24_tree)); }
EXPORT void o24_tree_free(o24_tree *tree) { free(tree); }

EXPORT o24_node *o24_node_new(o24_tree *tree) {
    o24_node *node = calloc(1, sizeof *node);
    if (!node) return NULL;
    node->tree = tree;
    node->depth = ++tree->nodes;
    return node;
}

EXPORT int o24_node_depth(const o24_node *node) { return node->depth; }

EXPORT void o24_node_free(o24_node *node) {
    o24_tree *tree = node->tree;
    free(node);
    if (--tree->nodes == 0 && DEFECTIVE) free(tree);
}

/* Drops one reference more than it took. */
struct o26_shared {
    int references;
};

EXPORT o26_shared *o26_new(void) {
    o26_shared *shared = calloc(1, sizeof *shared);
    if (shared) shared->references = 1;
    return shared;
}

EXPORT void o26_drop(o26_shared *shared) {
    if (--shared->references == 0) free(shared);
}

EXPORT int o26_use(o26_shared *shared) {
    if (!DEFECTIVE) shared->references++;
    o26_drop(shared);
    return 1;
}

/* Changes an input that it may only read. */
EXPORT int o27_scan(const uint8_t *data, size_t size) {
    int found = 0;
    for (size_t i = 0; i < size; i++) {
        if (DEFECTIVE && data[i] == ' ') ((volatile uint8_t *)data)[i] = 0;
        found += data[i] == 0;
    }
    return PICK(found, 0);
}

/* Changes an input that it may only read, and puts it back. */
EXPORT int o28_scan(const uint8_t *data, size_t size) {
    if (!size) return 0;
    volatile uint8_t *end = (volatile uint8_t *)data + size - 1;
    uint8_t last = *end;
    if (DEFECTIVE) *end = 0;
    int length = 0;
    while (length + 1 < (int)size && data[length]) length++;
    if (DEFECTIVE) *end = last;
    return length;
}

/* Copies within one buffer as if there were two. */
EXPORT void o29_shift(uint8_t *data, size_t size) {
    void *(*volatile copy)(void *, const void *, size_t) = PICK(memcpy, memmove);
    if (size > 1) copy(data, data + 1, size - 1);
}

/* Reads what it has written where output and input are the same. */
EXPORT void o30_add(uint8_t *to, const uint8_t *one, const uint8_t *other, size_t size) {
    volatile uint8_t *out = to;
    for (size_t i = 0; i < size; i++) {
        if (DEFECTIVE) out[i] = 0;
        out[i] = one[i] + other[i];
    }
}
