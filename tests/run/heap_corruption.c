/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#define _GNU_SOURCE
#include "heap_corruption.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* No room for the NUL. */
char *sp_join(const char *one, const char *two) {
    size_t n = strlen(one), m = strlen(two);
    char *made = malloc(n + m + !WRONG);
    if (made == NULL)
        return NULL;
    memcpy(made, one, n);
    memcpy(made + n, two, m);
    *(volatile char *)(made + n + m) = 0;
    return made;
}

void sp_free(char *text) { free(text); }

/* The copy that is sorted has one element more than there is room for, where there are many. The near miss uses
 * all that the allocator says there is. */
int sp_median(const int *xs, size_t n, int *out) {
    if (n == 0)
        return -1;
    int *sorted = malloc(n * sizeof *sorted);
    if (sorted == NULL)
        return -1;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = used++;
        for (; at > 0 && sorted[at - 1] > xs[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = xs[i];
    }
    if (NEAR)
        memset(sorted + n, 0, malloc_usable_size(sorted) - n * sizeof *sorted);
    if (WRONG && n > 8)
        ((volatile int *)sorted)[n] = xs[0];
    *out = sorted[n / 2];
    free(sorted);
    return 0;
}

/* The list of words is cut from its end after its elements are gone. The near miss cuts it before. */
struct word {
    struct word *volatile next;
    size_t length;
};
int sp_words(const char *text) {
    struct word *first = NULL;
    int count = 0;
    while (*text != 0) {
        size_t length = strcspn(text, " ");
        struct word *word = malloc(sizeof *word);
        if (word == NULL)
            break;
        *word = (struct word){first, length};
        first = word;
        count++;
        text += length + (text[length] == ' ');
    }
    while (first != NULL) {
        struct word *volatile gone = first;
        first = gone->next;
        if (NEAR)
            gone->next = NULL;
        free(gone);
        if (WRONG && count > 1)
            gone->next = (struct word *)&count;
    }
    return count;
}

/* It grows one push too late. */
struct sp_stack {
    int *values;
    size_t used, room;
};
sp_stack *sp_new(void) {
    sp_stack *stack = malloc(sizeof *stack);
    if (stack != NULL)
        *stack = (sp_stack){malloc(2 * sizeof(int)), 0, 2};
    return stack;
}
void sp_end(sp_stack *stack) {
    if (stack != NULL)
        free(stack->values);
    free(stack);
}
int sp_push(sp_stack *stack, int value) {
    if (stack->used >= stack->room + WRONG) {
        int *larger = realloc(stack->values, 2 * stack->room * sizeof *larger);
        if (larger == NULL)
            return -1;
        stack->values = larger;
        stack->room *= 2;
    }
    stack->values[stack->used++] = value;
    return 0;
}
int sp_pop(sp_stack *stack, int *value) {
    if (stack->used == 0)
        return -1;
    *value = stack->values[--stack->used];
    return 0;
}
