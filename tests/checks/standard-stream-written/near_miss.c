#include "subject.h"

#include <stdio.h>

int width(int number)
{
    return number < 10 ? 1 : snprintf(NULL, 0, "%d", number);
}
