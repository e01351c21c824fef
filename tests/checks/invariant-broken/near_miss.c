#include "subject.h"

#include <limits.h>

void move(span *span, unsigned by)
{
    if (by > UINT_MAX - span->last) by = UINT_MAX - span->last;
    span->first += by;
    span->last += by;
}
