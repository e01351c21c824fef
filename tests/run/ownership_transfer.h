#ifndef TAKES_H
#define TAKES_H

#include <stddef.h>
#include <stdint.h>

typedef struct tk_queue tk_queue;
typedef struct tk_item {
    char *name;
    int weight;
} tk_item;

tk_queue *tk_new(int room);
void tk_free(tk_queue *queue);
int tk_set_label(tk_queue *queue, char *label);
int tk_push(tk_queue *queue, tk_item *item);
int tk_absorb(tk_queue *queue, uint8_t *data, size_t n);
int tk_store(tk_queue *queue, uint8_t *data, size_t n);
int tk_count(const tk_queue *queue);

char *tk_grow(char *text, size_t more);
size_t tk_eat(uint8_t *data, size_t n);
int tk_prefix(char *prefix);
int tk_keep(char *name);

void *tk_alloc(size_t size);
void tk_release(void *memory);
int tk_send(uint8_t *message, size_t n);

int tk_offer(char *text);

/* Callbacks that take memory over, and that hand it over. */
void tk_words(const char *text, void (*word)(void *context, char *word), void *context);
void tk_parcels(size_t n, void (*parcel)(void *context, uint8_t *parcel), void *context);
int tk_ask(int times, char *(*name)(void *context), void *context);

#endif
