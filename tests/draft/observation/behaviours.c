#include "behaviours.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint32_t b_sum(const void *a, size_t b) {
    const unsigned char *at = a;
    uint32_t sum = 1;
    for (size_t i = 0; i < b; i++)
        sum = sum * 31 + at[i];
    return sum;
}
uint32_t b_words(const uint32_t *a, int b) {
    uint32_t sum = 7;
    for (int i = 0; i < b; i++)
        sum = sum * 33 + a[i];
    return sum;
}
double b_reals(const double *a, unsigned b) {
    double sum = 0;
    for (unsigned i = 0; i < b; i++)
        sum += a[i];
    return sum;
}
uint32_t b_second(int b, const char *a, unsigned c, const char *d) { return b_sum(a, c) ^ b_sum(d, b < 0 ? 0 : (size_t)b); }
uint32_t b_pairs(const uint16_t *a, size_t b) { return b_sum(a, 4 * b); }
uint32_t b_matrix(const unsigned char *a, int b, int c) { return b <= 0 || c <= 0 ? 0 : b_sum(a, (size_t)b * (size_t)c); }
uint32_t b_bits(const unsigned char *a, size_t b) { return b_sum(a, (b + 7) / 8); }
size_t b_text(const char *a) { return strlen(a) + 1; }
size_t b_bounded(const char *a, size_t b) { return strnlen(a, b); }
size_t b_spaces(const char *a) {
    size_t n = 0;
    while (a[n] == ' ')
        n++;
    return n;
}
uint32_t b_key(const unsigned char *a) { return b_sum(a, 16); }
int b_magic(const unsigned char *a, size_t b) { return b < 4 || memcmp(a, "RIFF", 4) != 0 ? -1 : (int)b_sum(a, b) & 1; }
int b_first_of(const char *a, size_t b) { return b == 0 ? -1 : a[0] == '<' ? (int)b_sum(a, b) & 255 : -2; }
void b_hex(char *a, const unsigned char *b, size_t c) {
    for (size_t i = 0; i < c; i++) {
        a[2 * i] = "0123456789abcdef"[b[i] >> 4];
        a[2 * i + 1] = "0123456789abcdef"[b[i] & 15];
    }
    a[2 * c] = 0;
}
void b_copy_text(char *a, const char *b) { strcpy(a, b); }
void b_digest(const void *a, size_t b, unsigned char *c) {
    uint32_t sum = b_sum(a, b);
    for (int i = 0; i < 20; i++)
        c[i] = (unsigned char)(sum >> i);
}
int b_banner(char *a, size_t b) {
    if (b < sizeof "version 2")
        return -1;
    memcpy(a, "version 2", sizeof "version 2");
    return 0;
}
size_t b_print(char *a, size_t b, int c) { return (size_t)snprintf(a, b, "%040d", c); }
int b_pack(unsigned char *a, size_t *b, const unsigned char *c, size_t d) {
    size_t need = d + 2, room = *b;
    *b = need;
    if (room < need)
        return -5;
    a[0] = 0x42;
    memcpy(a + 1, c, d);
    a[d + 1] = 0x24;
    return 0;
}
void b_reverse(char *a, size_t b) {
    for (size_t i = 0; i < b / 2; i++) {
        char c = a[i];
        a[i] = a[b - 1 - i];
        a[b - 1 - i] = c;
    }
}
void b_increment(int *a, size_t b) {
    for (size_t i = 0; i < b; i++)
        a[i] = (int)((unsigned)a[i] + 1u);
}
void b_zero(uint16_t *a, size_t b) { memset(a, 0, 2 * b); }
void b_scratch(unsigned char *a, size_t b) {
    for (size_t i = 0; i < b; i++)
        a[i] = (unsigned char)(i == 0 ? 3 : a[i - 1] * 5 + 1);
}
int b_off_by_one(const unsigned char *a, size_t b) { return (int)(b_sum(a, b + 1) & 0xffff); }
int b_until_stop(const int *a) {
    int sum = 0;
    while (*a > 0)
        sum += *a++;
    return sum;
}

int32_t b_norm(const struct b_point *a) { return (a->x < 0 ? -a->x : a->x) + (a->y < 0 ? -a->y : a->y); }
void b_move(struct b_point *a, int b) {
    a->x += b;
    a->y -= b;
}
int b_make_point(int a, struct b_point *b) {
    b->x = a;
    b->y = 2 * a;
    return a > 2;
}
int b_counter(int *a) { return *a += 3; }
int b_maybe(struct b_point *a, int b) {
    if (a != NULL) {
        a->x = b;
        a->y = b + 1;
    }
    return b * 2;
}
int b_route(const struct b_request *a) { return (int)(b_sum(a->route, a->route_len) & 0xff) + (int)(a->flags & 1); }
int b_unused(void *a, const char *b) {
    (void)a;
    return (int)strlen(b);
}
int b_swallow(const char *a, size_t b) {
    (void)a;
    return (int)b;
}

int b_null_checked(const char *a) { return a == NULL ? -22 : (int)strlen(a); }
size_t b_null_text(const char *a) { return a == NULL ? 0 : strlen(a) + 1; }
size_t b_null_empty(const unsigned char *a, size_t b) { return b == 0 ? 9 : b_sum(a, b); }
int b_always_fails(const char *a) { return a == NULL || a[0] != 'Q' || a[1] != 'z' ? -1 : (int)strlen(a); }

char *b_duplicate(const char *a) { return strdup(a); }
char *b_join(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    char *c = malloc(n + m + 1);
    if (c == NULL)
        return NULL;
    memcpy(c, a, n);
    memcpy(c + n, b, m + 1);
    return c;
}
void b_release(void *a) { free(a); }
const char *b_name(int a) { return a < 3 ? "few" : "many"; }
char *b_same(char *a) {
    a[0] = 'x';
    return a;
}
int b_alloc(unsigned char **a, size_t b) {
    *a = malloc(b + 1);
    if (*a == NULL)
        return -1;
    memset(*a, 1, b + 1);
    return 0;
}
unsigned char b_flag(int a) { return a > 3; }

struct b_leaf { int number; };
struct b_tree {
    int size;
    char *label;
    b_leaf leaves[4];
    b_visit visit;
    void *data;
};
b_tree *b_grow(int a) {
    b_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        return NULL;
    tree->size = a;
    tree->label = strdup("a tree");
    return tree;
}
void b_forget(b_tree *a) { free(a); }
void b_fell(b_tree *a) {
    if (a == NULL)
        return;
    free(a->label);
    free(a);
}
int b_size(const b_tree *a) { return a->size; }
b_leaf *b_pluck(b_tree *a, int b) { return b < 0 || b > 3 ? NULL : &a->leaves[b]; }
const char *b_label(const b_tree *a) { return a->label; }
int b_rename(b_tree *a, const char *b) {
    if (a == NULL || b == NULL)
        return -22;
    char *label = strdup(b);
    if (label == NULL)
        return -12;
    free(a->label);
    a->label = label;
    return 0;
}
int b_open(b_tree **a, const char *b) {
    *a = b_grow((int)strlen(b));
    return *a == NULL ? -12 : 0;
}

int b_each(int a, b_visit b, void *c) {
    int sum = 0;
    for (int i = 0; i < a && i < 5; i++)
        sum += b(c, i);
    return sum;
}
int b_replace(b_tree *a, b_visit b, void *c) {
    a->visit = NULL;
    return b != NULL && c != NULL;
}
int b_call(b_tree *a, int b) { return a->visit != NULL && b > 2 ? a->visit(a->data, b) : 0; }
int b_keep(b_tree *a, b_visit b, void *c) {
    a->visit = b;
    a->data = c;
    return 0;
}

int b_begin(struct b_state *a, size_t b) {
    if (b != sizeof *a)
        return -22;
    *a = (struct b_state){.total = 7, .kept = b_grow(1)};
    return 0;
}
int b_feed(struct b_state *a, const void *b, size_t c, uint32_t *d) {
    if (a->kept == NULL)
        return -22;
    a->total = a->total * 31 + b_sum(b, c);
    *d = ++a->times;
    return 0;
}

int b_remove(const char *a) { return unlink(a); }
int b_write_file(const char *a) {
    int file = open(a, O_WRONLY | O_CREAT, 0600);
    return file < 0 ? -1 : close(file);
}
int b_run_program(const char *a) { return system(a); }
int b_wait(int a) {
    for (volatile int i = 0; a > 1; i++)
        ;
    return a;
}
int b_quit(int a) {
    if (a > 4)
        exit(a);
    return a;
}
