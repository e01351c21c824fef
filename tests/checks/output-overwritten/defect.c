#include "subject.h"

int number_of(const char *text, int *number)
{
    *number = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return -1;
        *number = *number * 10 + (*text - '0');
    }
    return 0;
}
