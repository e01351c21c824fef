#include "subject.h"

int number(int level)
{
    static int numbers[10]; /* are kept, from the first call on */
    if (numbers[level] == 0) numbers[level] = level * 1000 + 1;
    return numbers[level];
}
