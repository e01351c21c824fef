#include "subject.h"

unsigned price(const order *order)
{
    const volatile struct order *now = order;
    unsigned kind = now->kind;
    if (kind > 2)
        return 0;
    return kind * 1000 + now->count % 1000; /* another count, perhaps, but one that somebody has written */
}
