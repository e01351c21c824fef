/* Functions that say how much they have done; less than all of it is a failure of some. */
#ifndef PARTIAL_RESULTS_H
#define PARTIAL_RESULTS_H

#include <stddef.h>

typedef struct pr_reader pr_reader;
pr_reader *pr_new(void);
void pr_free(pr_reader *reader);
size_t pr_parse(pr_reader *reader, const char *text, size_t length, unsigned *words);
int pr_is_ended(const pr_reader *reader);
void pr_reset(pr_reader *reader);

long pr_put(const char *text, size_t count, char *to);
unsigned pr_squeeze(char *text, unsigned *length, unsigned step);

#endif
