#ifndef BOX_H
#define BOX_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct box box;
typedef enum { BOX_OK = 0, BOX_FULL = 1, BOX_BAD = 2 } box_status;
typedef enum { BOX_RED = 1, BOX_GREEN = 2 } box_color;
typedef struct {
    const uint8_t *data;
    uint32_t size;
    int32_t first, last;
} box_slice;
typedef struct {
    double x, y;
    int64_t z;
} box_point;
typedef struct {
    uint32_t left;
    void *state;
} box_stream;
typedef int (*box_visitor)(int number, void *with);

box *box_new(int room);
void box_free(box *it);
box *box_shared(void);
box_status box_put(box *it, const uint8_t *src, size_t n);
box_status box_take(box *it, uint8_t *dst, size_t room, size_t *taken);
box_status box_level(box *it, int level);
int box_paint(box_color color);
int box_ratio(int part, int whole);
int box_slice_sum(const box_slice *slice);
size_t box_name_length(const char *name, const char *unit);
box_point box_moved(box_point from, float by);
int box_visit(box *it, box_visitor visitor, void *with);
int box_printf(box *it, const char *format, ...);
long double box_precise(long double of);
int box_forked(void);

int box_begin(box_stream *stream);
int box_step(box_stream *stream);
int box_end(box_stream *stream);

box *box_undescribed(int room);
void box_hold(box *it);
int box_lend(box_visitor visitor);

#endif
