#include "gateway.h"

unsigned gw_route(const unsigned char *key, size_t length)
{
    unsigned route = 0;
    for (size_t i = 0; i < length; i++)
        route = route * 31 + key[i];
    return route % 16;
}
