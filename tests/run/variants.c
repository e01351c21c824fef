/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 takes one member for another in each function. */
#include "variants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* What does not live may hold anything. */
static void clear(vt_value *value)
{
    if (NEAR)
        memset(&value->data, 0x77, sizeof value->data);
}

int vt_parse(const char *text, vt_value *value)
{
    char *end;
    if (text[0] == '!')
        return -1;
    clear(value);
    if (text[0] == 0) {
        value->kind = VT_NONE;
        return 0;
    }
    long number = strtol(text, &end, 10);
    if (end != text && *end == 0) {
        value->kind = VT_NUMBER;
        value->data.number = number;
        return 0;
    }
    if (end != text && *end == ':') {
        value->kind = VT_PAIR;
        value->data.pair.first = (int)number;
        if (!WRONG)
            value->data.pair.second = atoi(end + 1);
        return 0;
    }
    if (strcmp(text, "yes") == 0) {
        value->kind = VT_FLAG;
        value->data.number = 1;
        return 0;
    }
    value->kind = VT_TEXT;
    value->data.text.start = text;
    value->data.text.length = strlen(text);
    return 0;
}

int vt_simplest(int kind, vt_value *value)
{
    if (kind < 0 || kind > VT_PAIR + WRONG)
        return -1;
    memset(value, 0, sizeof *value);
    value->kind = (vt_kind)kind;
    if (kind == VT_TEXT)
        value->data.text.start = "";
    return 0;
}

static char names[4][8] = {"none", "one", "two", "many"};

int vt_name(int number, vt_value *value)
{
    if (number < 0)
        return -1;
    clear(value);
    value->kind = VT_TEXT;
    value->data.text.start = names[number < 3 ? number : 3];
    value->data.text.length = strlen(value->data.text.start);
    if (WRONG && number == 2)
        value->data.text.start = (const char *)2;
    return 0;
}

void vt_negate(vt_value *value)
{
    switch (value->kind) {
    case VT_NUMBER:
        value->data.number = -value->data.number;
        break;
    case VT_PAIR:
        if (WRONG && value->data.pair.second == 1) {
            value->data.number = -value->data.number;
            break;
        }
        value->data.pair.first = -value->data.pair.first;
        value->data.pair.second = -value->data.pair.second;
        break;
    case VT_NONE:
        clear(value);
        break;
    default:
        break;
    }
}

size_t vt_size(const vt_value *value)
{
    char text[64];
    switch (value->kind) {
    case VT_NUMBER:
        return (size_t)snprintf(text, sizeof text, "%ld", value->data.number);
    case VT_FLAG:
        return WRONG ? value->data.text.length : value->data.number ? 3 : 2;
    case VT_TEXT: {
        size_t size = 0;
        for (size_t i = 0; i < value->data.text.length; i++)
            size += value->data.text.start[i] != 0;
        return NEAR ? size : value->data.text.length;
    }
    case VT_PAIR:
        return (size_t)snprintf(text, sizeof text, "%d:%d", value->data.pair.first, value->data.pair.second);
    default:
        return 0;
    }
}

size_t vt_sizes(const vt_value *values, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == VT_TEXT || (WRONG && values[i].kind == VT_NONE))
            size += values[i].data.text.length ? strnlen(values[i].data.text.start, values[i].data.text.length) : 0;
        else if (values[i].kind == VT_NUMBER)
            size += 1;
    }
    return size;
}

static long rank(const vt_value *value)
{
    if (value->kind == VT_NUMBER || (WRONG && value->kind == VT_FLAG))
        return value->data.number;
    return value->kind == VT_PAIR ? value->data.pair.first : 0;
}

vt_value vt_larger(vt_value one, vt_value other)
{
    return rank(&other) > rank(&one) ? other : one;
}

void vt_each(int count, void (*each)(void *context, const vt_value *value), void *context)
{
    for (int i = 0; i < count; i++) {
        vt_value value;
        clear(&value);
        value.kind = VT_NUMBER;
        value.data.number = i;
        each(context, &value);
    }
    vt_value last;
    clear(&last);
    last.kind = WRONG && count == 3 ? (vt_kind)9 : VT_TEXT;
    last.data.text.start = names[3];
    last.data.text.length = 4;
    each(context, &last);
}

double vt_area(const vt_figure *figure)
{
    if ((figure->head & 3) == 1)
        return 3 * figure->radius * figure->radius;
    return (double)figure->width * (double)(WRONG ? figure->radius : figure->height);
}

double vt_total(int count, vt_figure (*make)(void *context, int number), void *context)
{
    double total = 0;
    for (int i = 0; i < count; i++) {
        vt_figure figure = make(context, i);
        if ((figure.head & 3) == 1)
            total += 3 * figure.radius * figure.radius;
        else
            total += (double)figure.width * (double)(WRONG && i == 1 ? figure.width : figure.height);
    }
    return total;
}

vt_figure vt_doubled(const vt_figure *figure)
{
    vt_figure twice = *figure;
    if ((figure->head & 3) == 1) {
        twice.radius *= 2;
    } else {
        twice.width *= 2;
        twice.height *= 2;
    }
    if (WRONG && figure->head > 64)
        twice.head = 4;
    return twice;
}

int vt_event_of(int number, vt_event *event)
{
    if (number < 0)
        return -1;
    if (NEAR)
        memset(event, 0x33, sizeof *event);
    event->type = number % 7;
    if (number % 7 == 1)
        event->key.code = number;
    if (number % 7 >= 2 && number % 7 <= 4) {
        event->move.x = (float)number;
        if (!(WRONG && number % 7 == 4))
            event->move.y = 1;
    }
    return 0;
}

int vt_code(const vt_event *event)
{
    if (event->type == 1)
        return event->key.code;
    if (event->type >= 2 && event->type <= 4)
        return WRONG && event->type == 3 ? event->key.code : (int)event->move.x;
    return 0;
}

int vt_set(int what, const vt_option *option)
{
    switch (what) {
    case VT_LEVEL:
        return WRONG && option->rate == 0 ? 1 : option->level;
    case VT_RATE:
        return (int)option->rate;
    case VT_LABEL:
        return (int)strlen(option->label);
    case VT_RESET:
        return WRONG ? option->level : 0;
    default:
        return -1;
    }
}

int vt_get(int what, vt_option *option)
{
    if (what < 0 || what > VT_RESET)
        return -1;
    if (NEAR)
        memset(option, 0x44, sizeof *option);
    switch (what) {
    case VT_LEVEL:
        option->level = 7;
        break;
    case VT_RATE:
        if (WRONG)
            option->level = 7;
        else
            option->rate = 7;
        break;
    case VT_LABEL:
        option->label = "seven";
        break;
    }
    return 0;
}

size_t vt_width(int what, vt_option option)
{
    if (what == VT_LABEL)
        return strlen(option.label);
    return what == VT_LEVEL ? (WRONG ? option.rate != 0 : option.level != 0) : 0;
}
