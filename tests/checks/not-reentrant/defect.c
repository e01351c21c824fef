#include "subject.h"

long sum_of(const unsigned char *numbers, size_t count, wanted *ask, void *context)
{
    static long sum;
    sum = 0;
    for (size_t i = 0; i < count; i++)
        if (ask(numbers[i], context)) sum += numbers[i];
    return sum;
}
