/* Asks for the larger of two zeros. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    volatile double x = -0.0, y = 0.0;
    double one = fmax(x, y), other = fmax(y, x);
    printf("fmax(-0.0, 0.0) returned %g, fmax(0.0, -0.0) returned %g\n", one, other);
    return one != 0 || other != 0;
}
