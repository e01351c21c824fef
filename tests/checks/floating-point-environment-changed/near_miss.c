#include "subject.h"

#include <fenv.h>

double third_up(double number)
{
    int before = fegetround();
    fesetround(FE_UPWARD);
    volatile double third = number / 3; /* may leave a status flag behind, as every division may */
    fesetround(before);
    return third;
}
