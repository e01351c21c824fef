#include "subject.h"

int total(int one, int other)
{
    return (int)((unsigned)one + (unsigned)other);
}
