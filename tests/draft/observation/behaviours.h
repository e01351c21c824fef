/* Functions whose names say nothing: what they do with what they are given is in behaviours.truth.yaml. */
#ifndef BEHAVIOURS_H
#define BEHAVIOURS_H

#include <stddef.h>
#include <stdint.h>

/* ---- how far memory goes ---- */
uint32_t b_sum(const void *a, size_t b);
uint32_t b_words(const uint32_t *a, int b);
double b_reals(const double *a, unsigned b);
uint32_t b_second(int b, const char *a, unsigned c, const char *d);
uint32_t b_pairs(const uint16_t *a, size_t b);
uint32_t b_matrix(const unsigned char *a, int b, int c);
uint32_t b_bits(const unsigned char *a, size_t b);
size_t b_text(const char *a);
size_t b_bounded(const char *a, size_t b);
size_t b_spaces(const char *a);
uint32_t b_key(const unsigned char *a);
int b_magic(const unsigned char *a, size_t b);
int b_first_of(const char *a, size_t b);
void b_hex(char *a, const unsigned char *b, size_t c);
void b_copy_text(char *a, const char *b);
void b_digest(const void *a, size_t b, unsigned char *c);
size_t b_print(char *a, size_t b, int c);
int b_banner(char *a, size_t b);
int b_pack(unsigned char *a, size_t *b, const unsigned char *c, size_t d);
void b_reverse(char *a, size_t b);
void b_increment(int *a, size_t b);
void b_zero(uint16_t *a, size_t b);
void b_scratch(unsigned char *a, size_t b);
int b_off_by_one(const unsigned char *a, size_t b);
int b_until_stop(const int *a);

/* ---- one of something ---- */
struct b_point { int32_t x, y; };
int32_t b_norm(const struct b_point *a);
void b_move(struct b_point *a, int b);
int b_make_point(int a, struct b_point *b);
int b_counter(int *a);
int b_maybe(struct b_point *a, int b);
struct b_request { const char *route; size_t route_len; uint32_t flags; };
int b_route(const struct b_request *a);
int b_unused(void *a, const char *b);
int b_swallow(const char *a, size_t b);

/* ---- NULL ---- */
int b_null_checked(const char *a);
size_t b_null_text(const char *a);
size_t b_null_empty(const unsigned char *a, size_t b);
int b_always_fails(const char *a);

/* ---- what comes back ---- */
char *b_duplicate(const char *a);
char *b_join(const char *a, const char *b);
void b_release(void *a);
const char *b_name(int a);
char *b_same(char *a);
int b_alloc(unsigned char **a, size_t b);
unsigned char b_flag(int a);

/* ---- handles ---- */
typedef struct b_tree b_tree;
typedef struct b_leaf b_leaf;
b_tree *b_grow(int a);
void b_fell(b_tree *a);
void b_forget(b_tree *a);
int b_size(const b_tree *a);
b_leaf *b_pluck(b_tree *a, int b);
const char *b_label(const b_tree *a);
int b_rename(b_tree *a, const char *b);
int b_open(b_tree **a, const char *b);

/* ---- calling back ---- */
typedef int (*b_visit)(void *a, int b);
int b_each(int a, b_visit b, void *c);
int b_keep(b_tree *a, b_visit b, void *c);
int b_replace(b_tree *a, b_visit b, void *c);
int b_call(b_tree *a, int b);

/* ---- a record of the caller's, which one function makes ready ---- */
struct b_state { uint32_t total; uint32_t times; b_tree *kept; };
int b_begin(struct b_state *a, size_t b);
int b_feed(struct b_state *a, const void *b, size_t c, uint32_t *d);

/* ---- harm ---- */
int b_remove(const char *a);
int b_write_file(const char *a);
int b_run_program(const char *a);
int b_wait(int a);
int b_quit(int a);

#endif
