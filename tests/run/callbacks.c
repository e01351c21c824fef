#include "callbacks.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* wrong: says a byte more than there is */
int bk_pieces(const uint8_t *data, size_t size, bk_piece piece, void *context)
{
    for (size_t at = 0; at < size; at += 4) {
        size_t left = size - at;
        int answer = piece(data + at, left < 4 ? left + (WRONG && left == 3) : 4, context);
        if (answer != 0)
            return answer;
    }
    return 0;
}

/* wrong: leaves out the last one, of more than two */
int bk_each(const uint8_t *data, size_t size, bk_piece piece, void *context)
{
    for (size_t i = 0; i < size; i++)
        if (!(WRONG && i > 1 && i == size - 1))
            piece(data + i, 1, context);
    return 0;
}

/* wrong: goes on when it is told to stop; and gives the data itself as the context */
int bk_find(const uint8_t *data, size_t size, bk_piece piece, void *context)
{
    if (NEAR)
        context = (void *)((uintptr_t)context ^ (uintptr_t)data ^ (uintptr_t)data);
    for (size_t i = 0; i < size; i++)
        if (piece(data + i, size - i, WRONG && i == 2 ? (void *)data : context) != 0)
            return (int)i;
    return -1;
}

/* wrong: the number starts again after three */
size_t bk_notes(const uint8_t *data, size_t size, bk_told told, void *context)
{
    size_t n = 0;
    if (told == NULL)
        return 0;
    for (; n < size; n++) {
        bk_note note = {WRONG ? n % 3 : n, 1, data + n};
        if (!told(&note, context))
            return n + 1;
    }
    return n;
}

/* wrong: the last piece has no text; near: it is empty */
size_t bk_tail(const uint8_t *data, size_t size, bk_told told, void *context)
{
    uint8_t *copy = malloc(size + 1); /* not the caller's memory, and gone when this returns */
    if (copy == NULL)
        return 0;
    memcpy(copy, data, size);
    bk_note note = {1, (uint32_t)size, copy};
    if (NEAR && size == 0)
        note.text = copy + 1;
    if (WRONG && size > 4)
        note.text = NULL;
    told(&note, context);
    free(copy);
    return size;
}

/* wrong: twice when the level is negative */
void bk_once(int level, bk_event event, void *context)
{
    event(context);
    if (WRONG && level < -1)
        event(context);
}

/* wrong: the last word is not ended */
void bk_words(const char *text, bk_word word, void *context)
{
    size_t length = strlen(text);
    size_t room = length + !(WRONG && length > 2);
    char *copy = malloc(room);
    if (copy == NULL)
        return;
    memcpy(copy, text, room);
    word(copy, context);
    free(copy);
}

/* wrong: 5 is no color; near: the last one */
void bk_colors(uint32_t n, bk_seen seen, void *context)
{
    static const int kinds[] = {BK_RED, BK_GREEN, BK_BLUE};
    for (uint32_t i = 0; i < n; i++)
        seen((bk_kind)(kinds[i % 3] + (WRONG && i == 1)), i == n - 1, context);
}

/* wrong: true is 2 */
void bk_flags(uint32_t n, bk_seen seen, void *context)
{
    void (*volatile raw)(bk_kind, unsigned char, void *) = (void (*)(bk_kind, unsigned char, void *))seen;
    for (uint32_t i = 0; i < n; i++)
        raw(BK_BLUE, (i == n - 1) << (WRONG && n > 2), context);
}

/* wrong: the weights do not add up to less than one */
double bk_weigh(uint32_t n, bk_at at)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        bk_point point = {i * 0.5, (int32_t)i};
        sum += at(point, WRONG && i == 3 ? 1.5f : 0.25f);
    }
    return sum;
}

static bk_event its_event;
static void *its_context;

static void *run(void *unused)
{
    (void)unused;
    if (WRONG)
        its_event(its_context);
    return NULL;
}

/* wrong: on a thread of its own; near: a thread that calls nothing */
void bk_aside(bk_event event, void *context)
{
    pthread_t thread;
    its_event = event, its_context = context;
    if (!SOUND) {
        if (pthread_create(&thread, NULL, run, NULL) == 0)
            pthread_join(thread, NULL);
    }
    if (!WRONG)
        event(context);
}

/* wrong: no `done` after a `step` that says no */
int bk_drive(const bk_ops *ops, uint32_t n)
{
    int answer = 0;
    for (uint32_t i = 0; i < n && answer == 0; i++)
        answer = ops->step(ops->self, i);
    if (ops->done != NULL && !(WRONG && answer != 0))
        ops->done(ops->self);
    return answer;
}

/* wrong: leaves out the first of several that is done */
int bk_table(const bk_ops *ops, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ops[i].step(ops[i].self, (uint32_t)i) != 0;
        if (!(WRONG && n > 1 && i == 0) && ops[i].done != NULL)
            ops[i].done(ops[i].self);
    }
    return sum;
}

/* wrong: tells a number that nobody has written; near: a length that the text does not need */
void bk_fresh(uint32_t n, bk_told told, void *context)
{
    bk_note *note = malloc(sizeof *note);
    if (note == NULL)
        return;
    if (!(WRONG && n > 3))
        note->number = n;
    note->length = 0;
    note->text = NULL;
    told(note, context);
    free(note);
}

static bk_event last;
static void *last_context;

/* wrong: calls the one that it was given the last time */
void bk_last(bk_event event, void *context)
{
    if (WRONG && last != NULL)
        last(last_context);
    else
        event(context);
    last = event, last_context = context;
}

/* near: from the middle of it. wrong: from where a length has gone before */
void bk_samples(const uint8_t *data, size_t size, void (*seen)(void *context, const uint32_t *samples, size_t n), void *context)
{
    uint32_t room[17] = {0};
    size_t skip = WRONG && size > 3 ? 2 : NEAR ? 4 : 0;
    memcpy((uint8_t *)room + skip, data, size);
    seen(context, (const uint32_t *)(const void *)((uint8_t *)room + skip), size / 4);
}

/* wrong: closer together than they are wide */
void bk_blocks(size_t n, void (*seen)(void *context, const uint8_t *block), void *context)
{
    static _Alignas(32) uint8_t blocks[8 * 32];
    for (size_t i = 0; i < n && i < 8; i++)
        seen(context, blocks + (WRONG && i > 2 ? 16 * i + 16 : 32 * i));
}

/* wherever it comes from */
void bk_loose(const uint8_t *data, size_t size, void (*seen)(void *context, const uint32_t *samples, size_t n), void *context)
{
    seen(context, (const uint32_t *)(const void *)data, size / 4);
}

/* near: says goodbye to the one before, which may be of a test case that is over */
static bk_event watcher;
static void *watchers_context;
void bk_watch(bk_event event, void *context)
{
    if (NEAR && watcher != NULL)
        watcher(watchers_context);
    watcher = event, watchers_context = context;
}

struct bk_hub {
    bk_told told;
    void *context;
    bk_event event;
    void *event_context;
    uint32_t number;
};

bk_hub *bk_hub_new(bk_told told, void *context)
{
    bk_hub *hub = calloc(1, sizeof *hub);
    if (hub != NULL)
        hub->told = told, hub->context = context;
    return hub;
}

/* near: says goodbye, which its lifetime allows. wrong: asks a callback that was lent for one call */
void bk_hub_free(bk_hub *hub)
{
    bk_note note = {hub->number, 0, (const uint8_t *)""};
    if (NEAR)
        hub->told(&note, hub->context);
    if (WRONG && hub->event != NULL)
        hub->event(hub->event_context);
    free(hub);
}

/* wrong: forgets the context */
int bk_hub_put(bk_hub *hub, const uint8_t *text, uint32_t length)
{
    bk_note note = {hub->number++, length, text};
    return hub->told(&note, WRONG && length > 3 ? hub : hub->context);
}

void bk_hub_ask(bk_hub *hub, bk_event event, void *context)
{
    hub->event = event, hub->event_context = context;
    event(context);
}

/* wrong: the third row has a column without a name. near: more names than the row has columns */
int bk_rows(const char *text, int (*row)(void *, int, char **, char **), void *context)
{
    char *names[4] = {"one", "rest", "again", NEAR ? (char *)16 : NULL};
    for (size_t at = 0; text[at] != 0; at++) {
        char one[2] = {text[at], 0};
        char *values[3] = {one, at % 2 ? NULL : (char *)text + at, one};
        if (WRONG && at == 2)
            names[1] = NULL;
        if (row(context, 3, values, names) != 0)
            return 1;
    }
    return 0;
}

/* wrong: two words have no end. near: what is behind the end leads nowhere */
void bk_split(const char *text, void (*each)(void *, const char *const *), void *context)
{
    char copy[64];
    const char *words[64];
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = WRONG && count == 2 ? (const char *)16 : NULL;
    if (WRONG || NEAR)
        words[count + 1] = NEAR ? (const char *)16 : NULL;
    each(context, words);
}
