/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has one in each function. */
#include "counted_texts.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

struct ct_line {
    char *text;
    int size;
};

long ct_sum(const char *text, int n) {
    size_t length = n < 0 ? strlen(text) : (size_t)n;
    if (IS(WRONG)) { /* looks for a NUL, though the number tells */
        length = strlen(text);
        if (n >= 0 && (size_t)n < length)
            length = (size_t)n;
    }
    if (IS(NEAR) && n >= 0)
        length = strnlen(text, (size_t)n); /* there is none within */
    long sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (unsigned char)text[i];
    return sum;
}

int ct_length(const char *text, long n) {
    if (text == NULL)
        return 0;
    if (IS(WRONG)) /* only -1 is asked for, and any number below 0 is allowed */
        return n == -1 ? (int)strlen(text) : (int)n;
    return n < 0 ? (int)strlen(text) : (int)n;
}

int ct_blanks(int n, const char *text) {
    int count = 0;
    if (IS(WRONG)) { /* asks what stands there before it asks whether anything does */
        while (text[count] == ' ' && (n < 0 || count < n))
            count++;
        return count;
    }
    while ((n < 0 || count < n) && text[count] == ' ')
        count++;
    if (IS(NEAR) && n < 0) /* the NUL may be looked at where it is there */
        count -= text[strlen(text)];
    return count;
}

int ct_count(const unsigned char *text, size_t n, char letter) {
    int count = 0;
    for (size_t i = 0; n == CT_UP_TO_NUL || i < n; i++) {
        if (IS(WRONG) ? !text[i] : n == CT_UP_TO_NUL && !text[i])
            break; /* it is wrong where the text has any, which it has not */
        count += text[i] == (unsigned char)letter;
        if (IS(WRONG) && i + 1 == n && !text[n]) /* looks behind the text */
            break;
    }
    return count;
}

int ct_last(size_t n, const char *text) {
    if (IS(WRONG) && n > 2 && n != CT_UP_TO_NUL)
        n = CT_UP_TO_NUL;
    if (n == CT_UP_TO_NUL)
        n = strlen(text);
    if (IS(NEAR) && n != 0 && text[n - 1] == 0)
        return 0;
    return n != 0 ? (unsigned char)text[n - 1] : 255;
}

long ct_units(const uint16_t *units, int n) {
    long sum = 0;
    if (IS(NEAR) && n == -1) { /* the 0 may be looked at where it is there */
        do
            sum += *units;
        while (*units++ != 0);
        return sum;
    }
    for (int i = 0; n == -1 || i < n; i++) {
        if (units[i] == 0 && (n == -1 || IS(WRONG))) /* ends at a 0, though the number tells */
            break;
        sum += units[i];
    }
    return sum;
}

int ct_odd(int64_t n, const int *marks) {
    int odd = 0;
    for (int64_t i = 0; n == -1 || i < n; i++) {
        if (n == -1 && marks[i] == 0)
            break;
        odd += marks[i] & 1;
        if (IS(WRONG) && i + 1 == n) /* looks behind the last */
            odd += marks[n] == 77;
        if (IS(NEAR) && n == -1 && marks[i + 1] == 0)
            break;
    }
    return odd;
}

uint32_t ct_tail(const uint32_t *units, long n) {
    if (n == -1 && !IS(WRONG)) /* forgets that a 0 may end them */
        for (n = 0; units[n] != 0;)
            n++;
    return n > 0 ? units[n - 1] : 0;
}

ct_line *ct_new(void) { return calloc(1, sizeof(ct_line)); }

void ct_free(ct_line *line) {
    if (line != NULL)
        free(line->text);
    free(line);
}

int ct_add(ct_line *line, const char *text, int n) {
    if (n < 0)
        n = IS(WRONG) ? 0 : (int)strlen(text); /* forgets that the NUL may end it */
    char *longer = realloc(line->text, (size_t)(line->size + n) + 1);
    if (longer == NULL)
        return -1;
    memcpy(longer + line->size, text, (size_t)n);
    line->text = longer;
    line->size += n;
    return 0;
}

int ct_size(const ct_line *line) { return line->size; }
int ct_at(const ct_line *line, int place) { return place < line->size ? (unsigned char)line->text[place] : -1; }
