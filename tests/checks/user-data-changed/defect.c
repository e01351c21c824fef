#include "subject.h"

void each(const unsigned char *numbers, size_t count, seen *show, void *context)
{
    for (size_t i = 0; i < count; i++)
        show(numbers[i], i < 2 ? context : (void *)numbers);
}
