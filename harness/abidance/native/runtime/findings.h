/* What is wrong: one line on the standard error stream, and the end of the process. */
#ifndef ABIDANCE_FINDINGS_H
#define ABIDANCE_FINDINGS_H

enum {
    ABIDANCE_FIRST = 0,   /* the input as it is */
    ABIDANCE_REFILLED = 1 /* once more with another fill: what looked unwritten holds it again, or was written */,
    ABIDANCE_REPEATED = 2 /* once more, for what grows each time */
};
static int abidance_pass;
static unsigned abidance_step, abidance_turn; /* of a call that is made many times in a row, which of them */
static const char *abidance_known; /* findings that do not end the process: "CODE:function:what;..." */

static int abidance_is_known(const char *code, const char *function, const char *what)
{
    size_t lengths[] = {strlen(code), strlen(function), strlen(what)};
    const char *parts[] = {code, function, what};
    for (const char *at = abidance_known; at && *at;) {
        const char *here = at;
        int part = 0;
        for (; part < 3; part++) {
            if (strncmp(here, parts[part], lengths[part]) != 0 || here[lengths[part]] != (part < 2 ? ':' : ';'))
                break;
            here += lengths[part] + 1;
        }
        if (part == 3)
            return 1;
        at = strchr(at, ';');
        at = at ? at + 1 : NULL;
    }
    return 0;
}

/* The check that is asked first explains what those after it find in the same call: a run would not report that. */
static int abidance_rank(const char *code)
{
    for (int i = 0; i < ABIDANCE_CHECKS; i++)
        if (strcmp(abidance_checks[i], code) == 0)
            return i;
    return -1;
}
static unsigned abidance_excused_step; /* a call that has broken a promise as is known, counted from 1 */
static int abidance_excused_rank;

static int abidance_is_explained(const char *code)
{
    return abidance_excused_step == abidance_step + 1 && abidance_rank(code) > abidance_excused_rank;
}

static void abidance_excuse(const char *code)
{
    int rank = abidance_rank(code);
    if (rank < 0 || abidance_is_explained(code))
        return;
    abidance_excused_step = abidance_step + 1;
    abidance_excused_rank = rank;
}

static int abidance_answers_to = -1; /* where answers are noted, which are then compared and not judged */

/* Report a finding, unless it is known. `what` tells findings of one code and function apart, and has no `;`. */
static __attribute__((noinline, cold)) void abidance_report(const char *code, const char *function, const char *what)
{
    if (abidance_answers_to >= 0 || abidance_is_explained(code))
        return;
    if (abidance_is_known(code, function, what)) {
        abidance_excuse(code);
        return;
    }
    fflush(stdout);
    fprintf(stderr, "ABIDANCE-FINDING %s %s step %u: %s\n", code, function, abidance_step, what);
    fflush(stderr);
    abort();
}

/* Memory that holds its fill after a call that had to write it, by the step, the parameter and the place in it. */
typedef struct {
    const char *function, *what;
    unsigned step, turn, which;
    size_t at;
} abidance_unwritten_place;
static abidance_unwritten_place abidance_unwritten; /* of the first pass */
static int abidance_unwritten_again;                /* the same place holds this pass's fill */

/* Look for the fill from `start` to `end`, where a call had to write; 1 where it is. In the first pass the place is kept,
 * in the others it is asked whether that place holds the fill of this pass as well. In more memory than a few numbers
 * have, one byte that happens to be the fill is no reason to look again: several side by side are, and the last one. */
static int abidance_look(unsigned which, const unsigned char *base, size_t start, size_t end, size_t shift,
                         const char *function, const char *what)
{
    size_t wanted = end - start <= 16 ? 1 : 4, count = 0, at = end;
    if (end <= start)
        return 0;
    if (abidance_pass != ABIDANCE_FIRST && abidance_unwritten.step == abidance_step && abidance_unwritten.turn == abidance_turn &&
        abidance_unwritten.which == which &&
        abidance_unwritten.at >= start + shift && abidance_unwritten.at < end + shift &&
        base[abidance_unwritten.at - shift] == abidance_fill) {
        abidance_unwritten_again = 1;
        return 1;
    }
    for (size_t i = start; i < end; i++) {
        count = base[i] == abidance_fill ? count + 1 : 0;
        if (count == wanted) {
            at = i + 1 - wanted;
            break;
        }
    }
    if (at == end && base[end - 1] == abidance_fill)
        at = end - 1;
    if (at == end)
        return 0;
    if (abidance_pass == ABIDANCE_FIRST && !abidance_unwritten.function && !abidance_is_known("ABD325", function, what))
        abidance_unwritten = (abidance_unwritten_place){function, what, abidance_step, abidance_turn, which, at + shift};
    return 1;
}

/* Where the text in an array ends, its NUL included: what follows means nothing. */
static inline size_t abidance_text_end(const unsigned char *at, size_t size)
{
    size_t length = strnlen((const char *)at, size);
    return length < size ? length + 1 : size;
}

/* What was answered, to be compared with the answers of another library. */
static unsigned char abidance_answers[2][1 << 16];
static size_t abidance_answered;
typedef struct {
    const char *function, *what;
    size_t end;
    unsigned step;
} abidance_answer;
static abidance_answer abidance_answer_list[1 << 10];
static int abidance_answer_count;

static void abidance_note(const void *from, size_t size, const char *function, const char *what)
{
    if (abidance_answers_to < 0 || abidance_answered + size > sizeof abidance_answers[0] ||
        abidance_answer_count == 1 << 10)
        return;
    memcpy(abidance_answers[abidance_answers_to] + abidance_answered, from, size);
    abidance_answered += size;
    abidance_answer_list[abidance_answer_count++] = (abidance_answer){function, what, abidance_answered, abidance_step};
}

#endif
