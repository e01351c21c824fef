/* A small bag of numbers that its caller may empty again, as two implementations have it. */
#ifndef TWINS_H
#define TWINS_H
#include <stddef.h>

enum tw_status { TW_OK, TW_FULL, TW_NONE };

typedef struct tw_bag tw_bag;

typedef struct tw_top { /* has padding, which means nothing */
    char many;
    long value;
} tw_top;

tw_bag *tw_new(int room);
void tw_free(tw_bag *bag);
enum tw_status tw_add(tw_bag *bag, int number);
enum tw_status tw_drop(tw_bag *bag, int *number);
enum tw_status tw_last(const tw_bag *bag, tw_top *top);
size_t tw_count(const tw_bag *bag);
size_t tw_text(const tw_bag *bag, char *out, size_t capacity);
typedef void (*tw_visit)(void *self, int number);
void tw_each(const tw_bag *bag, tw_visit visit, void *self);
const void *tw_where(const tw_bag *bag);
#endif
