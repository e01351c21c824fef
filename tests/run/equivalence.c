/* One source and three libraries. VARIANT 0 is what was there; 1 is another that answers alike in all that has a
   meaning; 2 answers differently somewhere in each function. */
#include "equivalence.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OTHER (VARIANT > 0)
#define WRONG (VARIANT == 2)

size_t al_trim(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || (!WRONG && text[length - 1] == '\t')))
        length--;
    return length;
}

enum al_status al_copy(char *out, size_t capacity, const char *text, size_t length, size_t *written)
{
    if (length > capacity) {
        if (OTHER && capacity > 0)
            out[0] = '?'; /* means nothing: the call fails */
        return AL_SHORT;
    }
    memcpy(out, text, length);
    if (OTHER && capacity > length)
        out[length] = '?'; /* means nothing: beyond what was written */
    if (WRONG && length > 2)
        out[2] ^= 1;
    *written = length;
    return AL_OK;
}

enum al_status al_parse(const char *text, size_t length, int *value)
{
    int number = 0;
    if (length == 0)
        return WRONG ? AL_SHORT : AL_BAD;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return AL_BAD;
        number = number * 10 + (text[i] - '0');
    }
    *value = number;
    return AL_OK;
}

double al_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += OTHER ? values[count - 1 - i] : values[i];
    if (WRONG && count > 0)
        sum += 1;
    return count > 0 ? sum / (double)count : 0;
}

al_point al_middle(const al_point *one, const al_point *other)
{
    al_point middle;
    memset(&middle, OTHER ? 0xff : 0, sizeof middle);
    middle.x = one->x / 2 + other->x / 2;
    middle.mark = WRONG ? other->mark : one->mark;
    middle.y = one->y;
    return middle;
}

void al_swap(al_point *point)
{
    point->x = WRONG && point->x == -1 ? 1 : ~point->x;
}

const char *al_name(enum al_status status)
{
    static const char one[] = "ok", two[] = "no room", three[] = "bad";
    const char *names[] = {one, two, WRONG ? "not a number" : three};
    return names[status];
}

static const char *kept(const char *text)
{
    static char copies[2][1 << 16];
    return strncpy(copies[OTHER], text, sizeof copies[OTHER] - 1);
}

const char *al_skip(const char *text)
{
    const char *rest = text + strspn(text, " ");
    return WRONG ? kept(rest) : rest;
}

const char *al_find(const char *text) { return WRONG ? strrchr(text, 'a') : strchr(text, 'a'); }

void al_token(const char *text, const char **rest)
{
    *rest = text + strcspn(text, " ");
    if (WRONG)
        *rest = kept(*rest);
}

const char *al_copied(const char *text) { return kept(text); }

unsigned al_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)now.tv_nsec;
}

unsigned al_address(void)
{
    static char places[2];
    return (unsigned)(size_t)&places[OTHER];
}

bool al_over(int number)
{
    return WRONG ? number >= 27183 : number > 27183;
}

bool al_first(const char *text, size_t length, char *digit)
{
    if (WRONG)
        *digit = 0; /* where there is none, the others leave it alone */
    for (size_t i = 0; i < length; i++)
        if (text[i] >= '0' && text[i] <= '9') {
            *digit = text[i];
            return true;
        }
    return false;
}

int al_digit(const char *text, size_t length, char *digit)
{
    if (WRONG)
        *digit = '0'; /* the others leave it alone, and nothing tells whether that is a failure */
    return length > 0;
}

bool al_last(const char *text, size_t length, char *digit)
{
    if (!OTHER)
        *digit = 0; /* so nobody relies on what is there where there is none */
    for (size_t i = length; i-- > 0;)
        if (text[i] >= '0' && text[i] <= '9') {
            *digit = text[i];
            return true;
        }
    return false;
}

unsigned al_divide(unsigned number, unsigned by)
{
    if (by == 0 && !WRONG)
        return 0;
    return number / by;
}

struct al_bag {
    int sum, count;
    char room[OTHER ? 64 : 8];
};

al_bag *al_bag_new(void)
{
    return calloc(1, sizeof(al_bag));
}

void al_bag_free(al_bag *bag)
{
    free(bag);
}

int al_bag_add(al_bag *bag, int number)
{
    bag->sum += number;
    return WRONG ? bag->count++ : ++bag->count;
}

int al_bag_sum(const al_bag *bag)
{
    return bag->sum;
}
