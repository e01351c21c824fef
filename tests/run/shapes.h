#ifndef SHAPES_H
#define SHAPES_H
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <sys/types.h>
/* scalars */
int8_t   sh_i8(int8_t x);
uint8_t  sh_u8(uint8_t x);
int16_t  sh_i16(int16_t x);
uint16_t sh_u16(uint16_t x);
int32_t  sh_i32(int32_t x);
uint32_t sh_u32(uint32_t x);
int64_t  sh_i64(int64_t x);
uint64_t sh_u64(uint64_t x);
float    sh_f32(float x);
double   sh_f64(double x);
bool     sh_not(bool x);
char     sh_char(char c);
signed char sh_schar(signed char c);
long     sh_long(long x);
/* names */
int sh_names(int in, int from, int lambda, int result, int errno_);
int sh_unnamed(int, const char *, size_t);
void sh_nothing(void);
int sh_zero(void);
/* floats with ranges */
double sh_unit(double x);
float  sh_unitf(float x);
int    sh_bucket(double x);
/* images */
int sh_image(const uint8_t *pixels, size_t w, size_t h, uint32_t *sum);
int sh_image_out(uint8_t *pixels, size_t w, size_t h, uint8_t value);
/* arrays */
int64_t sh_sum(const int32_t *xs, size_t n);
double  sh_mean(const double *xs, size_t n);
void sh_sort(int32_t *xs, size_t n);
int sh_bsearch(const int32_t *xs, size_t n, int32_t key);
typedef struct point { int32_t x, y; } point;
int64_t sh_centroid(const point *ps, size_t n, point *out);
void sh_move(point *ps, size_t n, int32_t dx);
size_t sh_pair(const uint8_t *a, const uint8_t *b, size_t n);
void sh_add(int32_t *dst, const int32_t *a, const int32_t *b, size_t n);
int sh_matrix(const int32_t m[3][4], int64_t *trace);
void sh_transpose(double m[3][3]);
/* strings */
size_t sh_strlen(const char *s);
int sh_upper(char *s);
int sh_copy(char *dst, size_t cap, const char *src);
const char *sh_name(int kind);
int sh_find(const char *hay, const char *needle);
/* lengths in and out */
int sh_encode(uint8_t *out, size_t *out_len, const uint8_t *in, size_t in_len);
ssize_t sh_read(void *buf, size_t cap);
bool sh_try(const uint8_t *p, size_t n, uint32_t *value);
/* nested records */
typedef struct iov { const void *base; size_t len; } iov;
uint64_t sh_iov_sum(const iov *v, size_t n);
size_t sh_iov_one(iov v);
typedef struct req { struct iov key; struct iov body; uint32_t flags; bool urgent; int16_t prio; } req;
uint64_t sh_req(const req *r);
uint64_t sh_req_by_value(req r);
typedef struct pair16 { int16_t a; uint8_t b; } pair16;
pair16 sh_swap(pair16 p);
typedef struct big { int64_t a[5]; double d; } big;
big sh_big(big b);
typedef struct fl2 { float a, b; } fl2;
fl2 sh_fl2(fl2 v);
typedef struct mixed { double d; int32_t i; } mixed;
mixed sh_mixed(mixed v);
/* enums */
typedef enum color { RED = 1, GREEN = 2, BLUE = 4, NEG = -3 } color;
typedef enum mode { MODE_A, MODE_B, MODE_C } mode;
color sh_color(color c);
mode sh_mode(mode m);
int sh_flags(unsigned flags);
/* bits */
typedef struct bits { unsigned a:3; int b:5; unsigned :0; bool c:1; uint64_t d:40; uint8_t e; } bits;
int sh_bits(const bits *b);
void sh_bits_fill(bits *b, unsigned a, int v);
/* unions */
typedef union num { int32_t i; float f; uint8_t raw[8]; } num;
typedef struct value { int32_t tag; num as; } value;
int sh_value(const value *v);
typedef struct variant { int32_t tag; union { int64_t i; double d; }; struct { uint8_t r, g; }; } variant;
int64_t sh_variant(const variant *v);
typedef struct abits { uint32_t head; struct { uint32_t x:4; uint32_t y:12; }; } abits;
int sh_abits(const abits *v);
/* callbacks and typedefed pointers */
typedef int (*sh_cb)(void *ctx, int v);
int sh_visit(const int32_t *xs, size_t n, sh_cb cb, void *ctx);
typedef const uint8_t *sh_bytes;
typedef struct point *point_p;
uint32_t sh_typedef(sh_bytes p, size_t n);
int32_t sh_pointp(point_p p);
int sh_strings(const char *const *strs, size_t n);
/* self reference */
typedef struct node { int32_t value; struct node *next; } node;
int64_t sh_list(const node *n);
/* record with inline string and NULLable */
typedef struct rec { char name[8]; uint32_t id; const char *label; } rec;
int sh_rec(const rec *r);
int sh_rec_out(rec *r, uint32_t id);
/* by-value refusals */
typedef union un { int i; float f; } un;
int sh_by_union(un u);
int sh_by_bits(bits b);
typedef struct __attribute__((packed)) pk { uint8_t a; uint32_t b; } pk;
uint32_t sh_by_packed(pk p);
typedef struct al { _Alignas(32) int a; } al;
int sh_by_aligned(al a);
long double sh_ld(long double x);
double sh_complex(double _Complex z);
int sh_variadic(const char *fmt, ...);
/* handles */
typedef struct sh_store sh_store;
typedef struct sh_cursor sh_cursor;
int sh_open(sh_store **out, size_t slots);
void sh_close(sh_store *s);
int sh_put(sh_store *s, size_t slot, int32_t v);
int sh_get(const sh_store *s, size_t slot, int32_t *v);
sh_cursor *sh_cursor_new(sh_store *s);
int sh_cursor_next(sh_cursor *c, int32_t *v);
void sh_cursor_free(sh_cursor *c);
typedef struct sh_state { uint32_t count; uint32_t crc; const uint8_t *in; size_t in_len; } sh_state;
int sh_state_init(sh_state *s, uint32_t seed);
int sh_state_update(sh_state *s);
uint32_t sh_state_final(sh_state *s);
/* what a caller may rely on without a word of the contract */
size_t sh_text(const char *s, size_t n);
typedef enum suit { CLUBS, HEARTS, SPADES } suit;
const char *sh_suit(suit s);
uint32_t sh_words(const uint32_t *p, size_t bytes);
void sh_wide_out(uint8_t *out, size_t cap);
uint32_t sh_wide_in(const uint8_t *p, size_t n);
int sh_out_handle(const sh_store *s, size_t slot, int32_t *v, size_t *slots);
#endif
