/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "allocators.h"

#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct po_list {
    po_memory memory;
    unsigned room, used;
    char **texts;
};

/* Wrong: the list stays behind when there is no memory for its texts. */
po_list *po_list_new(const po_memory *memory, unsigned room) {
    po_list *list = memory->alloc(memory->pool, 1, sizeof *list);
    if (list == NULL)
        return NULL;
    list->memory = *memory;
    list->room = room;
    list->used = 0;
    list->texts = memory->alloc(memory->pool, room, sizeof *list->texts);
    if (list->texts == NULL && room > 0) {
        if (!WRONG)
            memory->free(memory->pool, list);
        return NULL;
    }
    return list;
}

void po_list_free(po_list *list) {
    po_memory memory = list->memory;
    while (list->used > 0)
        memory.free(memory.pool, list->texts[--list->used]);
    memory.free(memory.pool, list->texts);
    memory.free(memory.pool, list);
}

/* Wrong: one byte too few for longer texts. Near: just as many as it takes. */
int po_list_add(po_list *list, const char *text) {
    size_t length = strlen(text);
    if (list->used == list->room)
        return -1;
    char *copy = list->memory.alloc(list->memory.pool, 1, (unsigned)(length + (WRONG && length > 3 ? 0 : 1)));
    if (copy == NULL)
        return -1;
    memcpy(copy, text, length + 1);
    list->texts[list->used++] = copy;
    return 0;
}

/* Wrong: it goes to the C library. Near: what did not come from the allocator does. */
int po_list_drop(po_list *list) {
    if (NEAR)
        free(malloc(8));
    char *first = list->memory.alloc(list->memory.pool, 1, 8);
    if (first == NULL)
        return -1;
    if (WRONG)
        free(first);
    else
        list->memory.free(list->memory.pool, first);
    return 0;
}

/* Wrong: twice, for a list that has room. Near: NULL goes back to nobody. */
int po_list_trim(po_list *list) {
    char *piece = list->memory.alloc(list->memory.pool, 2, 8);
    if (piece == NULL)
        return -1;
    list->memory.free(list->memory.pool, piece);
    if (WRONG && list->room > 1)
        list->memory.free(list->memory.pool, piece);
    if (NEAR)
        list->memory.free(list->memory.pool, NULL);
    return 0;
}

/* Wrong: looked at after it went back. Near: before. */
int po_list_weigh(const po_list *list) {
    volatile char *piece = list->memory.alloc(list->memory.pool, 1, 4);
    if (piece == NULL)
        return -1;
    piece[0] = 3;
    int weight = NEAR ? piece[0] : 3;
    list->memory.free(list->memory.pool, (void *)piece);
    return WRONG ? piece[0] : weight;
}

struct po_text {
    po_resize resize;
    void *pool;
    uint8_t *bytes;
    size_t n;
};

po_text *po_text_new(po_resize resize, void *pool) {
    po_text *text = resize(pool, NULL, 0, sizeof *text);
    if (text != NULL)
        *text = (po_text){.resize = resize, .pool = pool};
    return text;
}

/* Wrong: what was appended stays behind. */
void po_text_free(po_text *text) {
    if (!WRONG)
        text->resize(text->pool, text->bytes, text->n, 0);
    text->resize(text->pool, text, sizeof *text, 0);
}

/* Wrong: the old pointer is used when it has moved. */
int po_text_append(po_text *text, const uint8_t *piece, size_t n) {
    if (n == 0)
        return 0;
    uint8_t *old = text->bytes;
    uint8_t *bytes = text->resize(text->pool, old, text->n, text->n + n);
    if (bytes == NULL)
        return -1;
    memcpy((WRONG && old != NULL ? old : bytes) + text->n, piece, n);
    text->bytes = bytes;
    text->n += n;
    return 0;
}

/* Wrong: what is given back is not where it began. */
int po_sort(int *xs, size_t n, void *(*alloc)(size_t size), void (*release)(void *memory)) {
    int *copy = alloc(n * sizeof *copy), *at = copy;
    if (copy == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && copy[j - 1] > xs[i]; j--)
            copy[j] = copy[j - 1];
        copy[j] = xs[i];
    }
    for (size_t i = 0; i < n; i++)
        xs[i] = *at++;
    release(WRONG && n > 1 ? at - 1 : copy);
    return 0;
}

/* Relies on memory that holds zeros. Wrong: what is not the allocator's is given back. */
int po_zeros(size_t n, void *(*clear)(size_t count, size_t size), void (*release)(void *memory)) {
    static int spare;
    int *xs = clear(n, sizeof *xs), sum = 0;
    if (xs == NULL)
        return -1;
    for (size_t i = 0; i < n; i++)
        sum += xs[i];
    release(xs);
    if (WRONG && n > 2)
        release(&spare);
    return sum;
}

/* Wrong: what one gave goes back to the other. */
int po_two(const po_memory *one, const po_memory *other) {
    void *first = one->alloc(one->pool, 1, 8), *second = other->alloc(other->pool, 1, 8);
    const po_memory *of_first = WRONG ? other : one, *of_second = WRONG ? one : other;
    of_first->free(of_first->pool, first);
    of_second->free(of_second->pool, second);
    return first != NULL && second != NULL;
}

/* Far more at a time than anybody watches. */
int po_hoard(const po_memory *memory, unsigned n) {
    void **blocks = calloc(n, sizeof *blocks);
    unsigned made = 0;
    while (made < n && (blocks[made] = memory->alloc(memory->pool, 1, 16)) != NULL)
        made++;
    for (unsigned i = made; i-- > 0;)
        memory->free(memory->pool, blocks[i]);
    free(blocks);
    return (int)made;
}
