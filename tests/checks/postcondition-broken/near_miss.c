#include "subject.h"

unsigned halfway(unsigned one, unsigned other)
{
    return (one & other) + (one ^ other) / 2;
}
