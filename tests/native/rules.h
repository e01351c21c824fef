/* One function for each rule that a compiled contract judges by, and near misses of them. */
#ifndef RULES_H
#define RULES_H
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
typedef struct { int x, y; } point;
typedef struct { uint8_t kind; union { uint32_t whole; double real; } u; unsigned low : 3, high : 13; } variant;
typedef struct { const char *name; const uint8_t *data; uint32_t size; } item;
typedef enum { RED = 1, GREEN = 2, BLUE = 5 } color;
typedef struct { color c; uint16_t count; char label[12]; uint32_t spare[3]; } info;
typedef struct box box;

int leak_some(const uint8_t *data, size_t size);
int fill_cache(uint32_t key);
int unwritten_field(int seed, info *out);
void unwritten_by_chance(uint8_t *out, size_t size);
int unwritten_tail(uint8_t *out, size_t room, size_t *used);
int dictionary(uint8_t *out, unsigned *used);
uint32_t answers_by_chance(uint32_t seed);
int tosses_a_coin(int n);
int keeps_by_chance(int n);
int wrote_after_failure(int n, int *out);
int failure_writes_buffer(int n, uint8_t *out, size_t room, size_t *used);
int refuses(const char *text, int *out);
int sets_errno(int n);
void keeps_errno(int n);
int pure_sum(int a, int b);
int no_heap(int n);
int by_value(point p, int scale);
point swapped(point p);
int of_variant(const variant *v);
size_t total_of(const item *items, size_t count);
int item_changed(item *items, size_t count);
color next_color(color c);
int colored(info *in);
char *text_of(int n);
int give_text(int n, char **out);
const char *name_of(int n);
size_t latin(char *out, size_t room);
double half(double v);
int in_range(int n);
int sorted(const int32_t *values, size_t count);
int take(uint8_t *data, size_t size);
box *box_new(int limit);
int box_put(box *b, int value);
int box_get(const box *b, int index, int *value);
box *box_copy(const box *from);
void box_free(box *b);
int counted(uint64_t *inout);
int wide(const uint16_t *s, size_t n, uint16_t *out);
int grid(int rows, int columns, int32_t *out);
int null_on(const uint8_t *p, size_t n);
int upper(char *text);
int order(int low, int high);
typedef struct { const uint8_t *data; uint32_t size; } blob;
typedef union { const char *text; blob bytes; int64_t number; } any;
typedef struct { uint8_t tag; any u; } value;
size_t size_of_value(const value *v);
size_t values_together(const value *v, size_t count);
double half_wide(long double v);
int printed(char *out, size_t room, const char *format, ...);
typedef struct { void *(*alloc)(void *pool, size_t size); void (*release)(void *pool, void *at); void *pool; } arena;
int arena_keeps(const arena *a, int n);
int arena_astray(const arena *a, int n);
int arena_other(const arena *a, const arena *b, int n);
int moves(void *(*resize)(void *pool, void *old, size_t size), void *pool, int n);
uint64_t time_of(int zone);
size_t address_text(char *out, size_t room);
int orders_by_address(int n);
int caches_by_chance(int n);
int grows_with_time(int n);
int mixes(uint8_t *out, size_t size, size_t *used);
typedef struct { uint64_t stamp; uint32_t flags; uint8_t salt[4]; } token;
int token_new(int n, token *out);
char *nonce(int n);
char *unended(int n);
typedef struct measured { double x; int n; } measured;
double mean_of(double v);
void levels(int16_t *out, size_t n);
void bag(uint8_t *out, size_t n);
unsigned excused(unsigned v);
void point_of(unsigned v, measured *out);
#endif
