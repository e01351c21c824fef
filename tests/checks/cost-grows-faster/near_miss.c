#include "subject.h"

int newest(const unsigned char *numbers, size_t count)
{
    int found = 0;
    for (size_t i = count > 8 ? count - 8 : 0; i < count; i++)
        if (numbers[i] != 0) found = numbers[i];
    return found;
}
