/* Items that are numbers or lists, as their text says. What is asked of the wrong kind, or of what is not there, ends
 * the process. */
#ifndef ASKED_PRECONDITIONS_H
#define ASKED_PRECONDITIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ap_item ap_item;

ap_item *ap_parse(const char *text, size_t n);  /* "[123" is a list of three, "7" a number; NULL for other texts */
void ap_free(ap_item *item);
bool ap_is_list(const ap_item *item);
unsigned ap_count(const ap_item *list);  /* of a list */
int ap_value(const ap_item *number);     /* of a number */
int ap_at(const ap_item *list, unsigned index);
int ap_take(ap_item *list, unsigned index);  /* -1 for no list, or one that is too far */
void ap_push(ap_item *list, int number);     /* a list of 8 is full */
void ap_swap(ap_item *list, unsigned one, unsigned other);
int ap_scalar(const ap_item *one, const ap_item *other);  /* the sum of products of two lists that are as long */
int ap_first(const ap_item *item, unsigned flags);        /* 1 lets it be no list */
ap_item *ap_tail(const ap_item *list, unsigned from);
void ap_join(ap_item *list, ap_item *more);  /* takes the other list over */
unsigned ap_last(const ap_item *list);       /* the last index of a list that is not empty */
enum { AP_LIST = 1, AP_EVEN = 2, AP_FULL = 4 };
unsigned ap_flags(const ap_item *item);  /* AP_EVEN: it has an even number of numbers */
int ap_halves(const ap_item *list);      /* the sum of its second half; of a list that is even and not full */
int ap_ratio(const ap_item *list, unsigned index);  /* divides by the one before, which is not 0 */
int ap_drop(ap_item *list);                         /* the last one, which is above 0 */
int ap_put(ap_item *list, unsigned index, int number);  /* 0, or -1 where there is none */
int ap_span(unsigned low, unsigned high);               /* how many numbers these are; -1 for none */
int ap_never(const ap_item *list);                      /* refuses a list of more than 100 */
int ap_deep(const ap_item *list, unsigned depth);  /* nobody has so many */
int ap_note(const ap_item *list, unsigned index, const char *why);
const char *ap_kind(const ap_item *item);  /* "list" or "number"; "" of an empty list */
double ap_mean(const ap_item *list);       /* of a list that is not empty */
int ap_named(const ap_item *item, const char *kind);         /* how many; of one with a kind other than that */
int ap_above(const ap_item *list, double limit);             /* how many; of a mean of 1.5 that is half the limit */

#endif
