#include "subject.h"

int ratio(int part, int whole)
{
    return whole == 0 ? 0 : part / whole;
}
