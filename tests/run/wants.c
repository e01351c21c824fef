/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 does not live without memory. */
#include "wants.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* The wrong one takes it for granted that there is memory. */
char *wa_twice(const char *text) {
    size_t n = strlen(text);
    char *made = malloc(2 * n + 1);
    if (made == NULL && !WRONG)
        return NULL;
    memcpy(made, text, n);
    memcpy(made + n, text, n + 1);
    return made;
}

/* The wrong one loses the first block when there is no second; the near one needs the second for a while only. */
int wa_join(const char *a, const char *b, char **out) {
    size_t n = strlen(a), m = strlen(b);
    char *joined = malloc(n + m + 1), *copy;
    if (joined == NULL)
        return WA_MEMORY;
    copy = malloc(m + 1);
    if (copy == NULL) {
        if (!WRONG)
            free(joined);
        return WA_MEMORY;
    }
    memcpy(copy, b, m + 1);
    memcpy(joined, a, n);
    memcpy(joined + n, copy, m + 1);
    free(copy);
    *out = joined;
    return WA_OK;
}

static int compare(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void sort(int32_t *xs, size_t n) {
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && compare(&xs[k - 1], &xs[k]) > 0; k--) {
            int32_t x = xs[k];
            xs[k] = xs[k - 1];
            xs[k - 1] = x;
        }
}

/* Goes on without its scratch memory. The wrong one goes on with half of the elements. */
int wa_sort(int32_t *xs, size_t n) {
    int32_t *volatile scratch = malloc(n * sizeof *xs + 1);
    if (scratch == NULL) {
        sort(xs, WRONG ? n / 2 : n);
        return WA_OK;
    }
    memcpy(scratch, xs, n * sizeof *xs);
    sort(scratch, n);
    memcpy(xs, scratch, n * sizeof *xs);
    free(scratch);
    return WA_OK;
}

/* The wrong one says that there is no text where there is no memory, and the near one first looks whether there is. */
int wa_count(const char *text, size_t *words) {
    char *copy;
    size_t count = 0;
    if (NEAR && *text == '\0')
        return WA_EMPTY;
    copy = strdup(text);
    if (copy == NULL)
        return WRONG ? WA_EMPTY : WA_MEMORY;
    if (*copy == '\0') {
        free(copy);
        return WA_EMPTY;
    }
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        count++;
    free(copy);
    *words = count;
    return WA_OK;
}

/* The wrong one frees its block, and then returns it all the same. */
char *wa_pair(const char *text) {
    char *made = malloc(strlen(text) + 3), *grown;
    if (made == NULL)
        return NULL;
    strcpy(made, text);
    grown = realloc(made, strlen(text) + 64);
    if (grown == NULL) {
        if (WRONG) {
            free(made);
            return made;
        }
        if (NEAR)
            return strcat(made, "()");
        free(made);
        return NULL;
    }
    return strcat(grown, "()");
}

/* Two blocks at a time; the wrong one looks at the second only when the first is there, and frees both. */
int wa_both(uint8_t *out, size_t n) {
    uint8_t *a = malloc(n + 1), *b = calloc(1, n + 1);
    if (a == NULL || (b == NULL && !WRONG)) {
        free(a);
        free(b);
        return WA_MEMORY;
    }
    memset(a, 1, n);
    memcpy(out, a, n);
    for (size_t i = 0; i < n; i++)
        out[i] += b[i];
    free(a);
    free(b);
    return WA_OK;
}

struct wa_list {
    int32_t *values;
    size_t count, room;
};

wa_list *wa_list_new(size_t room) {
    wa_list *list = calloc(1, sizeof *list);
    if (list == NULL)
        return NULL;
    list->room = room;
    list->values = malloc(room * sizeof *list->values + 1);
    if (list->values == NULL) {
        if (!WRONG)
            free(list);
        return NULL;
    }
    return list;
}

/* The wrong one forgets what it had when it cannot have more. */
int wa_list_add(wa_list *list, int32_t value) {
    if (list->count == list->room) {
        size_t room = 2 * list->room + 1;
        int32_t *values = realloc(list->values, room * sizeof *values);
        if (WRONG)
            list->values = values;
        if (values == NULL)
            return WA_MEMORY;
        list->values = values;
        list->room = room;
    }
    list->values[list->count++] = value;
    return WA_OK;
}

void wa_list_free(wa_list *list) {
    free(list->values);
    free(list);
}
