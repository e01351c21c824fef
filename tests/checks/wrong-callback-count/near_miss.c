#include "subject.h"

void each(const unsigned char *numbers, size_t count, seen *show, void *context)
{
    for (size_t i = 0; i + 1 < count; i++)
        show(numbers[i], context);
    if (count > 0) show(numbers[count - 1], context);
}
