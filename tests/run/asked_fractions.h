/* A curve over the numbers from 0 to 100, which is asked at places that are fractions. */
#ifndef ASKED_FRACTIONS_H
#define ASKED_FRACTIONS_H

#include <stddef.h>

typedef struct ac_curve ac_curve;

ac_curve *ac_new(int rise, int step);                                         /* rises by that each, and steps up halfway */
void ac_free(ac_curve *curve);
double ac_at(const ac_curve *curve, double place);                            /* how high it is there */
double ac_middle(const ac_curve *curve);                                      /* how high it is at 49.5 */
void ac_heights(const ac_curve *curve, const double *places, double *heights, size_t n);
double ac_between(const ac_curve *curve, double one, double other);           /* how high it is halfway between two places */
double ac_near(const ac_curve *curve, float place);                           /* the same as `ac_at` */
double ac_from_end(const ac_curve *curve, int places);                        /* how high it is so many places before 100 */
int ac_jump(const ac_curve *curve, int by);                                   /* ten times that */
double ac_rounded(const ac_curve *curve, double number);                      /* any number, rounded to halves */
double ac_whole(const ac_curve *curve, double number);                        /* the same, rounded to whole numbers from there */

#endif
