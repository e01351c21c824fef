/* Every number is a multiple of the smallest one, so the remainder is a zero with the sign of the dividend. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    volatile double x = 3.78761552033867e-270, y = -5e-324;
    double rest = remainder(x, y);
    printf("remainder(3.78761552033867e-270, -5e-324) returned %g\n", rest);
    return rest != 0 || signbit(rest) != 0;
}
