/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 takes one thing for another in each function. */
#include "tagged_pointers.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

size_t tp_strlen(const tp_filter *filter)
{
    if (filter->id == TP_NAMED)
        return strlen(filter->options);
    return WRONG && filter->id == TP_ARM && filter->options ? strlen(filter->options) : 0;
}

long tp_sum(const tp_filter *filter, uint64_t nothing)
{
    if (filter->id == TP_DELTA)
        return ((const tp_delta *)filter->options)->distance;
    if (filter->id == TP_ARM && (WRONG || filter->options != NULL))
        return (long)((const tp_arm *)filter->options)->start;
    return (long)nothing;
}

long tp_total(const tp_filter *filters)
{
    long sum = 0;
    for (; filters->id != TP_NONE; filters++)
        if (filters->id == TP_DELTA || (WRONG && filters->id == TP_ARM && filters->options))
            sum += ((const tp_delta *)filters->options)->distance;
    return sum;
}

void tp_turn(tp_filter *filter)
{
    tp_delta *delta = filter->options;
    if (filter->id == TP_DELTA)
        delta->distance = WRONG && delta->distance == 7 ? 7 : -delta->distance;
    else if (NEAR && filter->id == TP_ARM && filter->options)
        ((tp_arm *)filter->options)->start &= 0xff;
}

static tp_delta delta = {2, 1};
static tp_arm arm = {4};
static char name[] = "four";

int tp_make(int number, tp_filter *filter)
{
    switch (number) {
    case 0:
        *filter = (tp_filter){TP_DELTA, &delta};
        return 0;
    case 1:
        *filter = (tp_filter){TP_ARM, NEAR ? NULL : &arm};
        return 0;
    case 2:
        *filter = (tp_filter){TP_NAMED, WRONG ? (void *)8 : name};
        return 0;
    case 3: /* the options of one that has none are whatever they like, where nothing reads them */
        *filter = (tp_filter){TP_DONE, NULL};
        return 0;
    }
    return -1;
}

const tp_filter *tp_known(void)
{
    static const tp_filter known[] = {{TP_DELTA, &delta}, {TP_NAMED, name}, {TP_NONE, NEAR ? name : NULL}};
    static const tp_filter wrong[] = {{TP_NAMED, name}, {TP_DELTA, (void *)8}, {TP_NONE, NULL}};
    return WRONG ? wrong : known;
}

void tp_each(int count, void (*each)(const tp_filter *filter, void *context), void *context)
{
    for (int i = 0; i < count; i++) {
        tp_filter filter = {i % 2 ? TP_ARM : TP_DELTA, i % 2 ? (void *)(NEAR ? NULL : &arm) : (void *)&delta};
        if (WRONG && i == 2)
            filter.options = NULL;
        each(&filter, context);
    }
}

void tp_events(int count, void (*event)(int what, const void *data, void *context), void *context)
{
    static const int level = 7;
    static const tp_span span = {1, 4}, other = {2, 4};
    static const int kinds[] = {TP_LEVEL, TP_LABEL, TP_RESET, TP_SPAN};
    for (int i = 0; i < count; i++) {
        int what = kinds[i % 4];
        const void *data = what == TP_LEVEL ? (const void *)&level : what == TP_LABEL ? (const void *)"seven" : NULL;
        if (what == TP_SPAN)
            data = WRONG ? &other : &span;
        if (WRONG && i == 3)
            data = NULL;
        event(what, data, context);
    }
}

int tp_set(int what, const void *value)
{
    switch (what) {
    case TP_LEVEL:
        return *(const int *)value;
    case TP_RATE:
        return WRONG ? (int)*(const float *)value : (int)*(const double *)value;
    case TP_LABEL:
        return (int)strlen(value);
    case TP_SPAN:
        return ((const tp_span *)value)->last - ((const tp_span *)value)->first;
    }
    return 0;
}

long tp_store(int type, const void *data, size_t n)
{
    long sum = 0;
    for (size_t i = 0; i < n; i++)
        switch (type) {
        case TP_INTS:
            sum += ((const int *)data)[i];
            break;
        case TP_DOUBLES:
            sum += WRONG && i == 2 ? (long)((const float *)data)[i] : (long)((const double *)data)[i];
            break;
        case TP_SPANS:
            sum += ((const tp_span *)data)[i].last - ((const tp_span *)data)[i].first;
        }
    return sum;
}

size_t tp_load(int type, void *data, size_t room)
{
    size_t n = NEAR ? room / 2 : room;
    for (size_t i = 0; i < n + (WRONG && type == TP_INTS && n == 3); i++)
        if (type == TP_INTS)
            ((int *)data)[i] = (int)i;
        else
            ((double *)data)[i] = (double)i;
    return n;
}

int tp_get(int what, void *value)
{
    switch (what) {
    case TP_LEVEL:
        *(int *)value = 7;
        return 0;
    case TP_RATE:
        *(double *)value = 0.5;
        return 0;
    case TP_SPAN:
        *(tp_span *)value = (tp_span){1, 4};
        if (WRONG)
            ((int *)value)[2] = 4;
        return 0;
    }
    return -1;
}
