/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "asked_fractions.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ac_curve {
    int rise, step;
};

ac_curve *ac_new(int rise, int step) {
    ac_curve *curve = malloc(sizeof *curve);
    if (curve)
        *curve = (ac_curve){rise, step};
    return curve;
}

void ac_free(ac_curve *curve) { free(curve); }

/* Ends the process where it is asked for a place that it does not have. */
double ac_at(const ac_curve *curve, double place) {
    if (!(place >= 0 && place <= 100))
        abort();
    return place * curve->rise + (place > 49 ? curve->step : 0);
}

/* Is asked at a whole number. */
double ac_middle(const ac_curve *curve) { return ac_at(curve, WRONG ? 49 : 49.5); }

/* Has the fraction of the third cut off. Near: multiplies in another order. */
void ac_heights(const ac_curve *curve, const double *places, double *heights, size_t n) {
    for (size_t i = 0; i < n; i++)
        heights[i] = NEAR ? curve->rise * places[i] + (places[i] > 49) * curve->step
                          : ac_at(curve, WRONG && i == 2 ? (int)places[i] : places[i]);
}

/* Rounds what is halfway. Near: halves each of them first, which is exact. */
double ac_between(const ac_curve *curve, double one, double other) {
    return ac_at(curve, WRONG ? (int)((one + other) / 2) : NEAR ? one / 2 + other / 2 : (one + other) / 2);
}

double ac_near(const ac_curve *curve, float place) { return ac_at(curve, WRONG ? (int)place : place); }

double ac_from_end(const ac_curve *curve, int places) { return ac_at(curve, 100 - places + (WRONG && places > 3)); }

double ac_rounded(const ac_curve *curve, double number) {
    (void)curve;
    return number > -1e6 && number < 1e6 ? (int)(number * 2) / 2.0 : number;
}

int ac_jump(const ac_curve *curve, int by) {
    (void)curve;
    return by * (WRONG ? -10 : 10);
}

/* Cuts off what is left of a half. Near: does so where nothing is left. */
double ac_whole(const ac_curve *curve, double number) {
    double half = ac_rounded(curve, number);
    if (half > -1e6 && half < 1e6 && (WRONG || (NEAR && half == (int)half)))
        return (int)half;
    return half;
}
