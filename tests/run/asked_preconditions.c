/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them, 3 tells of too few. */
#include "asked_preconditions.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
#define MOST 8

struct ap_item {
    bool list;
    unsigned n;
    int number[MOST];
};

static void demand(bool holds) {
    if (!holds)
        abort();
}

ap_item *ap_parse(const char *text, size_t n) {
    bool list = n > 0 && text[0] == '[';
    if (n > MOST || (!list && n != 1))
        return NULL;
    for (size_t i = list; i < n; i++)
        if (text[i] < '0' || text[i] > '9')
            return NULL;
    ap_item *item = calloc(1, sizeof *item);
    if (!item)
        return NULL;
    item->list = list;
    for (size_t i = list; i < n; i++)
        item->number[item->n++] = text[i] - '0';
    return item;
}

void ap_free(ap_item *item) { free(item); }

bool ap_is_list(const ap_item *item) { return item->list; }

unsigned ap_count(const ap_item *list) {
    demand(list->list);
    return VARIANT == 3 && list->n > 2 ? list->n - 1 : list->n;
}

int ap_value(const ap_item *number) {
    demand(!number->list);
    return number->number[0] + (WRONG && number->number[0] == 7 ? 10 : 0);
}

/* Wrong: forgets what stands behind the third. Near: one more than there may be is cleared. */
int ap_at(const ap_item *list, unsigned index) {
    demand(list->list && index < list->n);
    return WRONG && index > 2 ? -1 : list->number[index];
}

int ap_take(ap_item *list, unsigned index) {
    if (!list || index >= 100)
        return WRONG && index > 150 ? 0 : -1;
    demand(list->list && index < list->n);
    int taken = list->number[index];
    memmove(list->number + index, list->number + index + 1, (list->n - index - 1) * sizeof *list->number);
    list->n--;
    if (NEAR)
        list->number[list->n] = 0;
    return taken;
}

void ap_push(ap_item *list, int number) {
    demand(list->list && list->n < MOST);
    list->number[list->n] = number;
    if (!(WRONG && list->n == 5))
        list->n++;
}

void ap_swap(ap_item *list, unsigned one, unsigned other) {
    demand(list->list && one < list->n && other < list->n);
    int there = list->number[one];
    list->number[one] = list->number[other];
    list->number[other] = WRONG && one > other + 1 ? 0 : there;
}

int ap_scalar(const ap_item *one, const ap_item *other) {
    demand(one->list && other->list && one->n == other->n);
    int sum = 0;
    for (unsigned i = WRONG && one->n > 1; i < one->n; i++)
        sum += one->number[i] * other->number[i];
    return sum;
}

int ap_first(const ap_item *item, unsigned flags) {
    demand(item->list || (flags & 1));
    return item->n ? item->number[0] : WRONG && (flags & 1) ? 11 : 0;
}

/* Wrong: keeps the whole list that it was to leave behind. */
ap_item *ap_tail(const ap_item *list, unsigned from) {
    demand(list->list && from <= list->n);
    ap_item *tail = calloc(1, sizeof *tail);
    if (!tail)
        return NULL;
    tail->list = true;
    tail->n = list->n - from;
    memcpy(tail->number, list->number + from, tail->n * sizeof *tail->number);
    if (WRONG && from == 2)
        tail->n++;
    return tail;
}

void ap_join(ap_item *list, ap_item *more) {
    demand(list->list && more->list && list->n + more->n <= MOST);
    memcpy(list->number + list->n, more->number, more->n * sizeof *more->number);
    list->n += more->n;
    if (!(WRONG && more->n == 2))
        free(more);
}

unsigned ap_last(const ap_item *list) {
    demand(list->list && list->n > 0);
    return list->n - 1;
}

unsigned ap_flags(const ap_item *item) {
    return (item->list ? AP_LIST : 0) | (item->n % 2 == 0 ? AP_EVEN : 0) | (item->n == MOST ? AP_FULL : 0);
}

int ap_halves(const ap_item *list) {
    demand(list->list && list->n % 2 == 0 && list->n < MOST);
    int sum = 0;
    for (unsigned i = list->n / 2; i < list->n; i++)
        sum += list->number[i];
    return WRONG && list->n == 4 ? -1 : sum;
}

int ap_ratio(const ap_item *list, unsigned index) {
    demand(list->list && index > 0 && index < list->n && list->number[index - 1] != 0);
    return WRONG && index == 2 ? -1 : list->number[index] / list->number[index - 1];
}

int ap_drop(ap_item *list) {
    demand(list->list && list->n > 0 && list->number[list->n - 1] > 0);
    int last = list->number[list->n - 1];
    list->n -= !(WRONG && list->n == 3);
    return last;
}

/* Wrong: puts one behind the last of several. Near: leaves what it finds there all the same. */
int ap_put(ap_item *list, unsigned index, int number) {
    demand(list->list);
    if (WRONG && index == list->n && list->n > 1 && list->n < MOST) {
        list->number[list->n++] = number;
        return 0;
    }
    if (index >= list->n)
        return -1;
    list->number[index] = number;
    return 0;
}

int ap_span(unsigned low, unsigned high) {
    if (low > high)
        return WRONG && low == high + 1 ? 0 : -1;
    return high - low > 1000 ? 1001 : (int)(high - low) + 1;
}

int ap_never(const ap_item *list) { return list->n > 100 ? -1 : 0; }

int ap_deep(const ap_item *list, unsigned depth) {
    demand(list->list && depth < 9 && list->n > 100);
    return (int)depth;
}

int ap_note(const ap_item *list, unsigned index, const char *why) {
    demand(index < list->n && (index == 0 || why));
    return why ? (int)strlen(why) : 0;
}

const char *ap_kind(const ap_item *item) { return item->n == 0 ? "" : item->list ? "list" : "number"; }

double ap_mean(const ap_item *list) {
    demand(list->list && list->n > 0);
    double sum = 0;
    for (unsigned i = 0; i < list->n; i++)
        sum += list->number[i];
    return sum / list->n;
}

int ap_named(const ap_item *item, const char *kind) {
    demand(item->n > 0 && strcmp(kind, ap_kind(item)) != 0);
    return WRONG && item->list ? -1 : (int)item->n;
}

/* Near: a mean of exactly 1.5, and a limit that is twice as much, are lawful. */
int ap_above(const ap_item *list, double limit) {
    demand(ap_mean(list) >= 1.5 && limit <= 2 * ap_mean(list));
    int above = 0;
    for (unsigned i = 0; i < list->n; i++)
        above += list->number[i] > limit;
    return WRONG && list->n == 2 ? -1 : above;
}
