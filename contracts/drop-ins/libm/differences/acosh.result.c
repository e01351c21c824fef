/* No number has a hyperbolic cosine below 1. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    volatile double x = -54111392.0;
    double y = acosh(x);
    printf("acosh(-54111392) returned %g\n", y);
    return !isnan(y);
}
