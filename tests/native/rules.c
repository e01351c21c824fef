/* Each function is sound, and with -DDEFECT wrong in one way. */
#include "rules.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#ifdef DEFECT
#define BAD 1
#else
#define BAD 0
#endif
#ifdef NEAR /* as sound as the other one, and not the same */
#define OTHER 1
#else
#define OTHER BAD
#endif
static void *volatile sink;

int leak_some(const uint8_t *d, size_t n) {
    char *p = malloc(n + 1);
    if (!p) return -1;
    if (n > 3 && d[0] > 200) { if (!BAD) free(p); else sink = p; return -1; }
    memcpy(p, d, n); free(p); return 0;
}
static void *cache[64];
int fill_cache(uint32_t key) {
    if (!cache[key % 64]) cache[key % 64] = malloc(16);
    if (BAD && key % 64 == 7) cache[7] = malloc(16);
    return 0;
}
int unwritten_field(int seed, info *out) {
    out->c = RED; if (!BAD || seed % 5) out->count = (uint16_t)seed; strcpy(out->label, "abc");
    memset(out->spare, 0, sizeof out->spare); return 0;
}
static uint64_t s = 88172645463325252ull;
static uint64_t rnd(void) { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return s; }
void unwritten_by_chance(uint8_t *out, size_t n) { for (size_t i = 0; i < n - (BAD && n > 2 ? 1 : 0); i++) out[i] = (uint8_t)rnd(); }
int unwritten_tail(uint8_t *out, size_t room, size_t *used) {
    if (room < 4) return -1;
    size_t n = room > 100 ? 100 : room; memset(out, 7, n - (BAD ? 1 : 0)); *used = n; return 0;
}
int dictionary(uint8_t *out, unsigned *used) { /* either may be NULL: how much there is, or what */
    unsigned n = 5;
    if (out) memset(out, 7, n - (BAD ? 1 : 0));
    if (used) *used = n;
    return 0;
}
uint32_t answers_by_chance(uint32_t seed) { return (uint32_t)rnd() ^ seed; }
static void *kept_by_chance[1 << 16];
int tosses_a_coin(int n) { (void)n; return (int)(rnd() >> 33 & 1); }
int keeps_by_chance(int n) { if (rnd() >> 33 & 1) kept_by_chance[rnd() >> 40 & 0xffff] = malloc(8); return n; }
int wrote_after_failure(int n, int *out) { if (n < 0) { if (BAD) *out = 3; return -1; } *out = n / 2; return 0; }
int failure_writes_buffer(int n, uint8_t *out, size_t room, size_t *used) {
    size_t want = (size_t)(n & 63); size_t k = want < room ? want : room; memset(out, 1, k);
    if (want > room) { *used = want; return -2; } *used = BAD ? want + room + 1 : want; return 0;
}
int refuses(const char *t, int *out) { if (!t) { if (BAD) *out = 1; return -1; } *out = (int)strlen(t); return 0; }
int sets_errno(int n) { if (n < 0) { if (!BAD || n > -100) errno = EINVAL; return -1; } return 0; }
void keeps_errno(int n) { if (BAD && n > 1000) errno = ENOENT; }
int pure_sum(int a, int b) { static int calls; return (int)((unsigned)a + (unsigned)b) + (BAD ? ++calls & 1 : 0); }
int no_heap(int n) { if (BAD && n == 3) { void *p = malloc(3); sink = p; free(p); } return n; }
int by_value(point p, int k) { return (int)((unsigned)p.x * (unsigned)k + (unsigned)p.y) + (BAD && p.x == 127); }
point swapped(point p) { point q = {p.y, BAD && p.x == 9 ? 8 : p.x}; return q; }
int of_variant(const variant *v) {
    if (v->kind == 0) return (int)(v->low + (BAD && v->low == 5)); return v->u.whole == 0xdeadbeef ? 2 : 1;
}
size_t total_of(const item *it, size_t n) { size_t t = 0; for (size_t i = 0; i < n; i++) t += strlen(it[i].name) + it[i].size + (BAD && it[i].size > 3 ? it[i].data[it[i].size] & 1 : 0); return t; }
int item_changed(item *it, size_t n) { for (size_t i = 0; i < n; i++) if (BAD && it[i].size > 2) ((uint8_t *)it[i].data)[0] ^= 1; return (int)n; }
color next_color(color c) { return c == RED ? GREEN : c == GREEN ? BLUE : BAD ? (color)4 : RED; }
int colored(info *in) { in->count = (uint16_t)(in->count + 1); if (BAD && in->count == 8) in->c = (color)9; return 0; }
char *text_of(int n) { char *p = malloc(20); if (p) snprintf(p, 20, "%d", BAD && n == 42 ? 41 : n); return p; }
int give_text(int n, char **out) { if (n < 0) return -1; *out = text_of(n); if (BAD && n % 3 == 0) sink = strdup("x"); return 0; }
const char *name_of(int n) { return n < 0 && BAD ? NULL : n & 1 ? "odd" : "even"; }
size_t latin(char *out, size_t room) { if (room < 3) return 0; out[0] = BAD ? (char)0xff : 'e'; out[1] = 'x'; out[2] = 0; return 2; }
double half(double v) { return BAD && v > 1e6 ? -1 : v / 2; }
int in_range(int n) { return n % 10 < 0 ? 0 : BAD && n % 10 == 7 ? 11 : n % 10; }
int sorted(const int32_t *v, size_t n) { for (size_t i = 1; i < n; i++) if (v[i - 1] > v[i]) abort(); return BAD && n > 2 ? 1 : 0; }
int take(uint8_t *d, size_t n) { if (n > 100) return -1; sink = (void *)(size_t)(n ? d[0] : 0); if (!BAD || n != 5) free(d); return 0; }
struct box { int limit, n; int *v; };
box *box_new(int limit) { box *b = malloc(sizeof *b); if (!b) return NULL; b->limit = limit; b->n = 0; b->v = malloc(sizeof(int) * (size_t)(limit ? limit : 1)); return b; }
int box_put(box *b, int v) { if (b->n >= b->limit + BAD) return -1; b->v[b->n++] = v; return 0; }
int box_get(const box *b, int i, int *v) { if (i < 0 || i >= b->n) return -1; *v = b->v[i]; return 0; }
box *box_copy(const box *f) { box *b = box_new(f->limit); if (b) { memcpy(b->v, f->v, sizeof(int) * (size_t)f->n); b->n = f->n; } return b; }
void box_free(box *b) { if (!b) return; free(b->v); free(b); }
int counted(uint64_t *x) { *x += BAD && *x == 500 ? 2 : 1; return 0; }
int wide(const uint16_t *in, size_t n, uint16_t *out) { for (size_t i = 0; i < n; i++) out[i] = (uint16_t)(in[i] ^ 0xffff); if (BAD && n > 4) out[n] = 1; return (int)n; }
int grid(int r, int c, int32_t *out) { for (int i = 0; i < r * c; i++) out[i] = i; if (BAD && r > 3 && c > 3) out[r * c] = 1; return r * c; }
int null_on(const uint8_t *p, size_t n) { if (!n) return 0; if (BAD && n == 9) return p[9]; return p[n - 1]; }
int upper(char *t) { for (char *p = t; *p; p++) if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 32); if (BAD && strlen(t) > 5) strcat(t, "!"); return 0; }
int order(int lo, int hi) { if (lo > hi) abort(); return BAD && hi - lo == 7 ? -1 : 0; }
size_t size_of_value(const value *v) { return v->tag == 0 ? strlen(v->u.text) + (BAD && strlen(v->u.text) == 3) : v->tag == 1 ? v->u.bytes.size + (BAD && v->u.bytes.size ? v->u.bytes.data[v->u.bytes.size] & 1 : 0) : 8; }
size_t values_together(const value *v, size_t n) { size_t t = 0; for (size_t i = 0; i < n; i++) t += size_of_value(v + i); return t; }
double half_wide(long double v) { return BAD && v > 3 ? -1 : (double)(v / 2); }
int printed(char *out, size_t room, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int n = vsnprintf(out, room, format, list);
    va_end(list);
    return n + (BAD && n > 2);
}

static void *of_arena(const arena *a, int n) { return a->alloc(a->pool, (size_t)(n & 31) + 1); }
int arena_keeps(const arena *a, int n) { void *p = of_arena(a, n); if (!p) return -1; if (!BAD || n != 3) a->release(a->pool, p); return 0; }
int arena_astray(const arena *a, int n) { void *p = of_arena(a, n); if (!p) return -1; if (BAD && n == 3) free(p); else a->release(a->pool, p); return 0; }
int arena_other(const arena *a, const arena *b, int n) {
    void *p = of_arena(a, n), *q = of_arena(b, n);
    if (BAD && n == 3) { void *r = p; p = q; q = r; }
    a->release(a->pool, p); b->release(b->pool, q); return 0;
}
int moves(void *(*resize)(void *, void *, size_t), void *pool, int n) {
    char *p = resize(pool, NULL, 8), *q = p ? resize(pool, p, 16 + (size_t)(n & 15)) : NULL;
    if (q) p = q; else if (!p) return -1;
    if (BAD && q && n == 3) resize(pool, p + 1, 0);
    resize(pool, p, 0); return 0;
}
char *unended(int n) { char *p = malloc(4); if (p) memcpy(p, BAD && n == 9 ? "abcd" : "abc", 4); return p; }
/* What follows answers by the clock, by addresses or by chance, and is sound. */
static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec; }
uint64_t time_of(int zone) { return now() + (uint64_t)(int64_t)zone; }
size_t address_text(char *out, size_t room) {
    void *p = malloc(16); int n = snprintf(out, room, "%p", p); free(p); return (size_t)n < room ? (size_t)n : room - 1;
}
int orders_by_address(int n) { void *p = malloc((size_t)(n & 255) + 1), *q = malloc(24); int before = p < q; free(p); free(q); return before; }
static void *slots_by_chance[64];
int caches_by_chance(int n) { void **slot = &slots_by_chance[rnd() >> 40 & 63]; if (!*slot) *slot = malloc(8); return n; }
static void *pool_of_time[1 << 12];
static unsigned pooled;
int grows_with_time(int n) { if (now() >> 9 & 1 && pooled < 1 << 12) pool_of_time[pooled++] = malloc(32); return n; }
int mixes(uint8_t *out, size_t n, size_t *used) { size_t k = n ? rnd() % (n + 1) : 0; for (size_t i = 0; i < k; i++) out[i] = (uint8_t)(rnd() >> 20); *used = k; return 0; }
int token_new(int n, token *out) { out->stamp = now(); out->flags = (uint32_t)(rnd() >> 17) ^ (uint32_t)n; for (int i = 0; i < 4; i++) out->salt[i] = rnd() & 1 ? 0xA5 : (uint8_t)rnd(); return 0; }
char *nonce(int n) { char *p = malloc(24); if (p) snprintf(p, 24, "%llx", (unsigned long long)(rnd() ^ now() ^ (uint64_t)n)); return p; }

/* What two libraries answer near enough to each other, and what they do not. */
double mean_of(double v) {
    double third = v / 3;
    uint64_t bits;
    memcpy(&bits, &third, sizeof bits);
    if (OTHER && third == third && third != 0 && third - third == 0) bits++;
    memcpy(&third, &bits, sizeof third);
    return BAD ? third * (1 + 1e-9) : third;
}
void levels(int16_t *out, size_t n) { for (size_t i = 0; i < n; i++) out[i] = (int16_t)(i + OTHER + (BAD && i == 3)); }
void bag(uint8_t *out, size_t n) { for (size_t i = 0; i < n; i++) out[OTHER ? n - 1 - i : i] = (uint8_t)(BAD && i == 3 ? 9 : i % 7); }
unsigned excused(unsigned v) { return v + (OTHER && v % 10 == 7) + (BAD && v % 10 == 3); }
void point_of(unsigned v, measured *out) { out->x = v * (OTHER ? 1 + 1e-12 : 1); out->n = (int)(v % 100) + (BAD && v % 10 == 3); }
