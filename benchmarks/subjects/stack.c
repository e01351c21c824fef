#include "stack.h"

#include <stdlib.h>

struct stack {
    size_t room, used;
    int32_t values[];
};

stack *stack_new(size_t room)
{
    stack *s = malloc(sizeof *s + room * sizeof *s->values);
    if (s != NULL)
        *s = (stack){.room = room};
    return s;
}

void stack_free(stack *s)
{
    free(s);
}

int stack_push(stack *s, int32_t value)
{
    if (s->used == s->room)
        return -1;
    s->values[s->used++] = value;
    return 0;
}

int stack_pop(stack *s, int32_t *value)
{
    if (s->used == 0)
        return -1;
    *value = s->values[--s->used];
    return 0;
}

size_t stack_size(const stack *s)
{
    return s->used;
}
