#include <stddef.h>
#include <stdint.h>

typedef struct stack stack;

stack *stack_new(size_t room);
void stack_free(stack *s);
int stack_push(stack *s, int32_t value);
int stack_pop(stack *s, int32_t *value);
size_t stack_size(const stack *s);
