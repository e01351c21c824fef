/* Functions that call back. */
#ifndef BACK_H
#define BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum bk_kind { BK_RED, BK_GREEN = 4, BK_BLUE = 9 } bk_kind;
typedef struct bk_point { double x; int32_t y; } bk_point;
typedef struct bk_note { uint32_t number; uint32_t length; const uint8_t *text; } bk_note;
typedef struct bk_hub bk_hub;

typedef int (*bk_piece)(const uint8_t *piece, size_t length, void *context);
typedef bool (*bk_told)(const bk_note *note, void *context);
typedef void (*bk_event)(void *context);
typedef void (*bk_word)(const char *word, void *context);
typedef void (*bk_seen)(bk_kind kind, bool last, void *context);
typedef double (*bk_at)(bk_point point, float weight);

typedef struct bk_ops {
    int (*step)(void *self, uint32_t index);
    void (*done)(void *self);
    void *self;
} bk_ops;

int bk_pieces(const uint8_t *data, size_t size, bk_piece piece, void *context);
int bk_each(const uint8_t *data, size_t size, bk_piece piece, void *context);
int bk_find(const uint8_t *data, size_t size, bk_piece piece, void *context);
size_t bk_notes(const uint8_t *data, size_t size, bk_told told, void *context);
size_t bk_tail(const uint8_t *data, size_t size, bk_told told, void *context);
void bk_once(int level, bk_event event, void *context);
void bk_words(const char *text, bk_word word, void *context);
void bk_colors(uint32_t n, bk_seen seen, void *context);
void bk_flags(uint32_t n, bk_seen seen, void *context);
double bk_weigh(uint32_t n, bk_at at);
void bk_aside(bk_event event, void *context);
int bk_drive(const bk_ops *ops, uint32_t n);
int bk_table(const bk_ops *ops, size_t n);
void bk_fresh(uint32_t n, bk_told told, void *context);
void bk_samples(const uint8_t *data, size_t size, void (*seen)(void *context, const uint32_t *samples, size_t n), void *context);
void bk_blocks(size_t n, void (*seen)(void *context, const uint8_t *block), void *context);
void bk_loose(const uint8_t *data, size_t size, void (*seen)(void *context, const uint32_t *samples, size_t n), void *context);
void bk_last(bk_event event, void *context);
/* Each character of a text in turn, the text from there, NULL for every other one, and the character again. */
int bk_rows(const char *text, int (*row)(void *context, int n, char **values, char **names), void *context);
void bk_split(const char *text, void (*each)(void *context, const char *const *words), void *context);
void bk_watch(bk_event event, void *context);

bk_hub *bk_hub_new(bk_told told, void *context);
void bk_hub_free(bk_hub *hub);
int bk_hub_put(bk_hub *hub, const uint8_t *text, uint32_t length);
void bk_hub_ask(bk_hub *hub, bk_event event, void *context);

#endif
