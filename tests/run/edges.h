/* Functions that are each wrong in exactly one way, at one edge of what they may be called with: see edges.c. */
#ifndef EDGES_H
#define EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ED_OK 0
#define ED_INVALID (-1)
#define ED_FULL (-2)

/* Memory. */
uint32_t ed_checksum(const uint8_t *p, size_t n);
int ed_label(char *out, size_t cap, const char *name);
int ed_copy_name(char *out, size_t cap, const char *name);
size_t ed_rtrim(const uint8_t *p, size_t n);
int ed_tag(uint8_t *out, size_t cap, size_t *len);
int ed_quote(uint8_t *out, size_t cap, size_t *len, const uint8_t *in, size_t n);
uint32_t ed_words(const uint8_t *p, size_t n);
int ed_last(const uint8_t *p, size_t n);
uint32_t ed_sum16(const uint16_t *p, size_t bytes);
size_t ed_utf8_count(const uint8_t *p, size_t n);
int ed_hex(uint8_t *out, size_t *out_len, const uint8_t *in, size_t n);
int ed_base64(uint8_t *out, size_t cap, const uint8_t *in, size_t n);
int ed_find(const uint8_t *hay, size_t hay_len, const uint8_t *needle, size_t needle_len);
bool ed_has_prefix(const uint8_t *p, size_t n, const uint8_t *prefix, size_t prefix_len);
void ed_reverse(uint8_t *p, size_t n);
int ed_insert(int32_t *xs, size_t n, size_t cap, int32_t x);
uint32_t ed_pixels(const uint8_t *rgba, uint32_t w, uint32_t h);
int ed_slice(const uint8_t *p, size_t n, size_t offset, size_t count, uint8_t *out);
uint32_t ed_header(const uint8_t *p, size_t n);

typedef struct ed_span { const void *base; size_t len; } ed_span;
uint64_t ed_gather(const ed_span *spans, size_t n);
typedef struct ed_record { char name[8]; uint32_t id; } ed_record;
int ed_rename(ed_record *record, const char *name);
typedef struct ed_stats { uint32_t count; uint32_t total; } ed_stats;
void ed_count(const uint8_t *p, size_t n, ed_stats *stats);
void ed_width(uint32_t x, uint32_t *out);
typedef struct ed_point { int32_t x, y; } ed_point;
typedef struct ed_box { ed_point low, high; } ed_box;
bool ed_inside(ed_box box, ed_point point);

/* Input that may only be read. */
size_t ed_field(char *text, size_t n);
size_t ed_first_word(const char *text);
size_t ed_squeeze(char *text);
const char *ed_spell(int number);
const float *ed_samples(size_t n, size_t from);
size_t ed_varint(const uint8_t *p, size_t n, uint64_t *out);
bool ed_is_text(const uint8_t *p, size_t n);
int ed_locate(const uint8_t *hay, size_t hay_len, const uint8_t *needle, size_t needle_len);
int32_t ed_median(int32_t *xs, size_t n);
int ed_put(char *out, size_t cap, const char *name);
size_t ed_room(const char *name, size_t most);
uint32_t ed_sorted_max(const uint32_t *xs, size_t n);

/* Numbers. */
int ed_mid(int a, int b);
uint32_t ed_bit(uint32_t n);
int ed_divide(int a, int b, int *quotient);
int ed_to_int(double x, int *out);
int ed_bucket(double x);
int ed_class(char c);
uint8_t ed_add8(uint8_t a, uint8_t b);
size_t ed_align(size_t x, size_t to);
size_t ed_length8(const uint8_t *p, size_t n);
int ed_array_size(size_t count, size_t each, size_t *total);
ssize_t ed_find_byte(const uint8_t *p, size_t n, uint8_t byte);
int ed_abs(int x);
int ed_compare(int64_t a, int64_t b);
int ed_days(int year, int month);
double ed_mean(const double *xs, size_t n);
float ed_percent(float part);
int ed_clamp(int x, int low, int high);
int64_t ed_sum(const int32_t *xs, size_t n);

/* Orders, equality, search. */
int ed_search(const int32_t *xs, size_t n, int32_t x);
size_t ed_unique(int32_t *xs, size_t n);
int ed_bytes_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);
bool ed_overlap(int a_low, int a_high, int b_low, int b_high);
int32_t ed_max(const int32_t *xs, size_t n);
bool ed_sorted(const int32_t *xs, size_t n);

/* Values that callers rely on. */
typedef enum ed_kind { ED_NONE, ED_READ, ED_WRITE, ED_BOTH } ed_kind;
bool ed_has(unsigned flags, unsigned bit);
ed_kind ed_join(ed_kind a, ed_kind b);
int ed_parse(const char *text, int *out);
const char *ed_kind_name(ed_kind kind);
int ed_next_state(int state);
uint64_t ed_bits(uint32_t a, uint32_t b);
typedef struct ed_flags { unsigned level : 3; int delta : 5; bool on : 1; } ed_flags;
int ed_apply(const ed_flags *flags, int x);
typedef struct ed_value { int32_t tag; union { int64_t i; double d; }; } ed_value;
int64_t ed_value_int(const ed_value *value);

/* Control flow. */
unsigned ed_steps(unsigned total, unsigned step);
int ed_depth(const char *text);
int ed_level(int level);
int ed_get(const uint32_t *table, size_t n, size_t index, uint32_t *out);
int ed_null(const uint8_t *p, size_t n);
int ed_null_out(uint32_t x, uint32_t *out);
int ed_view(const uint8_t *p, size_t n);
int ed_view_of(const int32_t *x, int mode);
int ed_view_span(const ed_span *span);

/* A stack of numbers with room for `slots`. */
typedef struct ed_stack ed_stack;
int ed_stack_new(size_t slots, ed_stack **out);
void ed_stack_free(ed_stack *stack);
int ed_push_many(ed_stack *stack, const int32_t *xs, size_t n);
int ed_peek(const ed_stack *stack, size_t depth, int32_t *out);

#endif
