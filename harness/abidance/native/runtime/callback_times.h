/* The time of callbacks that a handle keeps until a call takes them back, or gives others in their place. */
#ifndef ABIDANCE_CALLBACK_TIMES_H
#define ABIDANCE_CALLBACK_TIMES_H

/* Of a callback, the handle that keeps it, and until which calls on that. */
typedef struct {
    unsigned id;
    int until, *ended;
} abidance_term;
enum { ABIDANCE_MOST_TERMS = 64 };
static abidance_term abidance_terms[ABIDANCE_MOST_TERMS];
static unsigned abidance_term_count;
static unsigned long abidance_terms_run;

/* Note that a call has given a callback. Beyond as many as are kept, nothing is said. */
static __attribute__((unused)) void abidance_term_begins(unsigned id, int until, int *ended)
{
    unsigned kept = 0;
    if (abidance_terms_run != abidance_runs)
        abidance_term_count = 0, abidance_terms_run = abidance_runs;
    for (unsigned i = 0; i < abidance_term_count; i++)
        if (abidance_terms[i].ended != ended)
            abidance_terms[kept++] = abidance_terms[i];
    abidance_term_count = kept;
    if (kept < ABIDANCE_MOST_TERMS)
        abidance_terms[abidance_term_count++] = (abidance_term){id, until, ended};
}

/* Note that a call has ended the time of what a handle keeps until then. */
static __attribute__((unused)) void abidance_terms_end(unsigned id, unsigned function)
{
    for (unsigned i = 0; abidance_terms_run == abidance_runs && i < abidance_term_count; i++)
        if (abidance_terms[i].id == id && abidance_is_until(abidance_terms[i].until, function, 0))
            *abidance_terms[i].ended = 1;
}

#endif
