#include "subject.h"

int total(int one, int other)
{
    return one + other;
}
