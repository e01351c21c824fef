/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "ownership_transfer.h"

#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

enum { MOST = 4 };

struct tk_queue {
    int room, used;
    char *label;
    tk_item *items[MOST];
    uint8_t *data;
    size_t n;
};

tk_queue *tk_new(int room) {
    tk_queue *queue = calloc(1, sizeof *queue);
    if (queue != NULL)
        queue->room = room < MOST ? room : MOST;
    return queue;
}

/* What was taken over goes with the queue; `tk_store` forgets to tell it. */
void tk_free(tk_queue *queue) {
    free(queue->label);
    for (int i = 0; i < queue->used; i++) {
        free(queue->items[i]->name);
        free(queue->items[i]);
    }
    if (!WRONG)
        free(queue->data);
    free(queue);
}

/* The old label goes when a new one comes. Wrong: some go at once, and are looked at afterwards. */
int tk_set_label(tk_queue *queue, char *label) {
    if (WRONG && label != NULL && label[0] == 'x') {
        free(label);
        return label[1] == 'y';
    }
    free(queue->label);
    queue->label = label;
    return label != NULL && label[0] == 'x' && label[1] == 'y';
}

/* Taken over on success only. Wrong: freed by the call that has no room for it. */
int tk_push(tk_queue *queue, tk_item *item) {
    if (queue->used == queue->room) {
        if (WRONG) {
            free(item->name);
            free(item);
        }
        return -1;
    }
    queue->items[queue->used++] = item;
    return 0;
}

/* Taken over in any case. Wrong: not by the call that fails. */
int tk_absorb(tk_queue *queue, uint8_t *data, size_t n) {
    int bad = n > 0 && data[0] == 'x';
    if (!(WRONG && bad))
        free(data);
    return bad ? -1 : 0;
}

/* At most one at a time; the old one goes first. */
int tk_store(tk_queue *queue, uint8_t *data, size_t n) {
    if (!WRONG || queue->data != NULL)
        free(queue->data);
    queue->data = data;
    queue->n = n;
    return 0;
}

int tk_count(const tk_queue *queue) { return queue->used; }

/* Consumes what it is given and returns another. Wrong: an old pointer is freed that has moved. */
char *tk_grow(char *text, size_t more) {
    size_t length = strlen(text);
    char *grown = realloc(text, length + more + 1);
    memset(grown + length, '+', more);
    grown[length + more] = '\0';
    if (WRONG && more > 3)
        free(text);
    return grown;
}

/* Freed at once. Near: by way of a pointer that had moved on and comes back. Wrong: from where it has moved to. */
size_t tk_eat(uint8_t *data, size_t n) {
    size_t sum = 0;
    uint8_t *at = data;
    while (at < data + n && *at != 0)
        sum += *at++;
    free(WRONG ? at : NEAR ? at - (at - data) : data);
    return sum;
}

/* One for the whole process, which the next one takes the place of. Wrong: nothing frees it. */
int tk_prefix(char *prefix) {
    static char *kept;
    if (!WRONG)
        free(kept);
    kept = prefix;
    return (int)strlen(kept);
}

/* Kept for good. Wrong: freed and used by the next. */
int tk_keep(char *name) {
    static char *first;
    if (first == NULL)
        first = name;
    return first[0] == name[0];
}

/* Memory of its own: 16 bytes before what it returns are its head. */
void *tk_alloc(size_t size) {
    char *memory = malloc(size + 16);
    if (memory == NULL)
        return NULL;
    memcpy(memory, "tk_alloc", 9);
    return memory + 16;
}

void tk_release(void *memory) {
    if (memory != NULL)
        free((char *)memory - 16);
}

/* Taken over on success. Near: a call that fails leaves it alone. Wrong: it is lost, or goes to the wrong function. */
int tk_send(uint8_t *message, size_t n) {
    if (n == 0)
        return -1;
    if (WRONG && message[0] == 'x')
        free(message);
    else if (!(WRONG && message[0] > 100))
        tk_release(message);
    return 0;
}

/* Each word is the callback's to free. Wrong: it is freed here as well. Near: what is freed here is another. */
void tk_words(const char *text, void (*word)(void *context, char *word), void *context) {
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        char *copy = malloc(n + 1), *other = NEAR ? malloc(n + 1) : NULL;
        memcpy(copy, text, n);
        copy[n] = '\0';
        word(context, copy);
        if (WRONG && n > 2)
            free(copy);
        free(other);
        text += n + (text[n] == ' ');
    }
}

/* As memory of its own. Wrong: as part of a larger block. */
void tk_parcels(size_t n, void (*parcel)(void *context, uint8_t *parcel), void *context) {
    for (size_t i = 0; i < n; i++) {
        uint8_t *made = tk_alloc(8);
        memset(made, (int)i, 8);
        if (WRONG && i > 1)
            made += 4;
        parcel(context, made);
    }
}

/* Freed here. Wrong: not the last one; near: all at the end. */
int tk_ask(int times, char *(*name)(void *context), void *context) {
    char *names[8] = {0};
    int sum = 0;
    for (int i = 0; i < times && i < 8; i++) {
        names[i] = name(context);
        if (names[i] == NULL)
            break;
        sum += (int)strlen(names[i]);
        if (!NEAR && !(WRONG && i > 1)) {
            free(names[i]);
            names[i] = NULL;
        }
    }
    for (int i = 0; NEAR && i < 8; i++)
        free(names[i]);
    return sum;
}

/* Refuses texts that begin with `-`, which stay the caller's. */
int tk_offer(char *text) {
    if (text[0] == '-')
        return -1;
    free(text);
    return 3;
}
