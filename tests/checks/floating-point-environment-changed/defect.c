#include "subject.h"

#include <fenv.h>

double third_up(double number)
{
    fesetround(FE_UPWARD);
    volatile double third = number / 3;
    return third;
}
