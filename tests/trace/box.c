#include "box.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

struct box {
    int used, room, level, taken;
};

/* Nothing is ever given back to the heap, so that a handle that is gone can be used, and an address comes again. */
static box boxes[256];
static box shared = {1, 100, 0, 1};
int box_lies; /* what the library answers wrongly */

box *box_new(int room)
{
    box *it = boxes;
    while (__atomic_exchange_n(&it->taken, 1, __ATOMIC_ACQUIRE))
        it++;
    it->used = 0, it->room = room, it->level = 0;
    return it;
}

void box_free(box *it)
{
    it->room = -1;
    __atomic_store_n(&it->taken, 0, __ATOMIC_RELEASE);
}

box *box_shared(void) { return &shared; }

box_status box_put(box *it, const uint8_t *src, size_t n)
{
    if (!src || !it)
        return BOX_BAD;
    if (box_lies == 1)
        return (box_status)7;
    if (it->used + (int)n > it->room)
        return BOX_FULL;
    it->used += (int)n;
    return BOX_OK;
}

box_status box_take(box *it, uint8_t *dst, size_t room, size_t *taken)
{
    if (!dst || !it)
        return BOX_BAD;
    *taken = box_lies == 2 ? room + 5 : room < (size_t)it->used ? room : (size_t)it->used;
    memset(dst, 1, room);
    return BOX_OK;
}

box_status box_level(box *it, int level)
{
    errno = box_lies == 3 ? EIO : errno;
    if (level > 9)
        return BOX_BAD;
    it->level = box_lies == 4 ? level + 1 : level;
    return BOX_OK;
}

int box_paint(box_color color) { return color == BOX_RED; }

int box_ratio(int part, int whole) { return whole ? 100 * part / whole + (box_lies == 5) * 1000 : 0; }

int box_slice_sum(const box_slice *slice)
{
    int sum = 0;
    for (uint32_t i = 0; slice && slice->data && i < slice->size; i++)
        sum += slice->data[i];
    return sum;
}

size_t box_name_length(const char *name, const char *unit)
{
    return (name ? strlen(name) : 0) + (unit ? strlen(unit) : 0);
}

box_point box_moved(box_point from, float by)
{
    from.x += by, from.z = -from.z;
    return from;
}

int box_visit(box *it, box_visitor visitor, void *with)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += visitor(i, with);
    return it ? sum : -1;
}

int box_printf(box *it, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int number = va_arg(list, int);
    double real = va_arg(list, double);
    va_end(list);
    return it && format ? number + (int)real : 0;
}

long double box_precise(long double of) { return of * 2; }

int box_forked(void) { return 7; }

int box_begin(box_stream *stream)
{
    stream->state = stream;
    return 0;
}

int box_step(box_stream *stream) { return stream->left ? (int)--stream->left : -1; }

int box_end(box_stream *stream)
{
    stream->state = NULL;
    return 0;
}

box *box_undescribed(int room) { return box_new(room); }

/* One that the library makes and ends by itself, and shows to its caller meanwhile. */
int box_lend(box_visitor visitor)
{
    box *it = box_new(9);
    int answer = visitor(0, it);
    box_free(it);
    return answer;
}

void box_hold(box *it) { it->level++; }
