#include "subject.h"

unsigned price(const order *order)
{
    const volatile struct order *now = order;
    if (now->kind > 2)
        return 0;
    return now->kind * 1000 + now->count % 1000; /* which may be another kind by now */
}
