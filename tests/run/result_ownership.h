/* Who owns what calls hand over, and what they leave on the heap. */
#ifndef OWNS_H
#define OWNS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ow_list ow_list;

char *ow_upper(const char *text);
char *ow_join(const char *one, const char *two);
char *ow_trim(const char *text);
const char *ow_name(int level);
void ow_free(char *text);
char *ow_digits(int number);
char *ow_hex(int number, char *out);
char *ow_bits(int number);
char *ow_path(const char *name, char *room);

int ow_sum(const uint8_t *p, size_t n);
int ow_check(const uint8_t *p, size_t n);
int ow_remember(int value);
int ow_eat(uint8_t *p, size_t n);

ow_list *ow_list_new(uint32_t room);
void ow_list_free(ow_list *list);
int ow_list_add(ow_list *list, int value);

typedef struct ow_bag ow_bag; /* of texts, which it takes over and has freed */
typedef struct { int key; char *name; } ow_item;
ow_bag *ow_bag_new(void);
int ow_bag_put(ow_bag *bag, char *text);
void ow_bag_free(ow_bag *bag, void (*release)(void *text));
int ow_bag_items(ow_bag *bag, ow_item ***items); /* how many: each goes back to ow_bag_release, with the kind 2 */
void ow_bag_release(ow_bag *bag, int kind, ow_item *item);

/* Into an array of the caller's, each to be freed: how many words there are; -1 and none where there is no room. */
int ow_words(const char *text, char **words, size_t room);
int ow_halves(const char *text, char *halves[2]); /* 0, or -1 and none for "" */

#endif
