#include "subject.h"

#include <stdint.h>

void each(const unsigned char *numbers, size_t count, seen *show, void *context)
{
    uintptr_t hidden = ~(uintptr_t)context;
    for (size_t i = 0; i < count; i++)
        show(numbers[i], (void *)~hidden);
}
