#include "subject.h"

int ratio(int part, int whole)
{
    return part / whole;
}
