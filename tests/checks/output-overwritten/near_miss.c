#include "subject.h"

int number_of(const char *text, int *number)
{
    int read = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return -1;
        read = read * 10 + (*text - '0');
    }
    *number = read;
    return 0;
}
