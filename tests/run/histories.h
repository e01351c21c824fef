/* Values in trees: most calls are about one kind of value, which the functions that create one decide. */
#ifndef HISTORIES_H
#define HISTORIES_H

#include <stddef.h>

typedef struct hv hv;

hv *hv_null(void);
hv *hv_flag(int flag);
hv *hv_number(int number);
hv *hv_word(const char *word);
hv *hv_list(void);
void hv_free(hv *value);                      /* with all that is in it */

int hv_add(hv *list, hv *part);               /* 0, and the part is the list's; -1 where it is no list, and it is not */
int hv_drop(hv *list);                        /* 0, and the last part is gone; -1 where there is none */
size_t hv_count(const hv *value);             /* the parts of a list, and 0 of anything else */
hv *hv_copy(const hv *value);
int hv_equal(const hv *one, const hv *other); /* 1 or 0 */

#endif
