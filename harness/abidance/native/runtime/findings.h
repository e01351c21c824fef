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
static unsigned abidance_accepted_step; /* the first invalid call that was not refused, as is known, counted from 1 */

/* A handle that was given what it must not be given promises nothing: what valid calls break after that is no finding. */
static int abidance_comes_of_accepted(const char *code)
{
    if (!abidance_accepted_step || abidance_step < abidance_accepted_step)
        return 0;
    for (int i = 0; i < ABIDANCE_OF_VALID_CALLS; i++)
        if (strcmp(abidance_of_valid_calls[i], code) == 0)
            return 1;
    return 0;
}

static int abidance_is_explained(const char *code)
{
    return (abidance_excused_step == abidance_step + 1 && abidance_rank(code) > abidance_excused_rank) ||
           abidance_comes_of_accepted(code);
}

static void abidance_excuse(const char *code)
{
    int rank = abidance_rank(code);
    if (rank < 0 || abidance_is_explained(code))
        return;
    abidance_excused_step = abidance_step + 1;
    abidance_excused_rank = rank;
}

/* Whether parameters of this input were in one memory, or would have been, and whether a call did without memory that it
 * was refused. Answers are then compared with those of calls that are made plainly. */
enum { ABIDANCE_LIBRARIES, ABIDANCE_APART, ABIDANCE_UNDISTURBED };
static int abidance_overlapping, abidance_does_without, abidance_plain, abidance_tries;

static int abidance_answers_to = -1; /* where answers are noted, which are then compared and not judged */

/* Report a finding, unless it is known. `what` tells findings of one code and function apart, and has no `;`. */
static __attribute__((noinline, cold)) void abidance_report(const char *code, const char *function, const char *what)
{
    if (abidance_answers_to >= 0 || abidance_is_explained(code))
        return;
    if (abidance_is_known(code, function, what)) {
        if (!abidance_accepted_step && strcmp(code, ABIDANCE_NOT_REFUSED) == 0)
            abidance_accepted_step = abidance_step + 1;
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

/* When numbers of a place count as the same: as the same bits, or this near to each other. What is negative is no
 * tolerance. Bytes are numbers of size 1. */
typedef struct {
    char kind; /* 'f' for floating-point numbers, 'i' for signed and 'u' for unsigned ones */
    unsigned char size;
    unsigned char unordered; /* the order of elements of this size has no meaning */
    double relative, absolute, ulps;
} abidance_sameness;

/* What was answered, to be compared with the answers of another library. Of one that is `excused` the contract knows that
 * it may differ. */
static unsigned char abidance_answers[2][1 << 16];
static size_t abidance_answered;
typedef struct {
    const char *function, *what;
    size_t start, end;
    const abidance_sameness *how;
    unsigned step;
    int excused;
} abidance_answer;
static abidance_answer abidance_answer_list[2][1 << 10];
static int abidance_answer_count[2];

static void abidance_note(const void *from, size_t size, const char *function, const char *what,
                          const abidance_sameness *how, int excused)
{
    int to = abidance_answers_to;
    if (to < 0 || abidance_answered + size > sizeof abidance_answers[0] || abidance_answer_count[to] == 1 << 10)
        return;
    memcpy(abidance_answers[to] + abidance_answered, from, size);
    size_t start = abidance_answered;
    abidance_answered += size;
    abidance_answer_list[to][abidance_answer_count[to]++] =
        (abidance_answer){function, what, start, abidance_answered, how, abidance_step, excused};
}

static long double abidance_number_at(const abidance_sameness *how, const unsigned char *at)
{
    union {
        float f;
        double d;
        int8_t i8;
        int16_t i16;
        int32_t i32;
        int64_t i64;
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint64_t u64;
    } of;
    memcpy(&of, at, how->size);
    switch (how->kind) {
    case 'f':
        return how->size == 4 ? (long double)of.f : (long double)of.d;
    case 'i':
        return how->size == 1 ? of.i8 : how->size == 2 ? of.i16 : how->size == 4 ? of.i32 : (long double)of.i64;
    default:
        return how->size == 1 ? of.u8 : how->size == 2 ? of.u16 : how->size == 4 ? of.u32 : (long double)of.u64;
    }
}

/* The unit in the last place of a floating-point number that is finite. */
static long double abidance_ulp(const abidance_sameness *how, long double number)
{
    int exponent, precision = how->size == 4 ? 24 : 53, least = how->size == 4 ? -149 : -1074;
    (void)__builtin_frexpl(number, &exponent);
    exponent -= precision;
    return __builtin_ldexpl(1.0L, exponent < least ? least : exponent);
}

static int abidance_is_near(const abidance_sameness *how, const unsigned char *one, const unsigned char *other)
{
    long double a = abidance_number_at(how, one), b = abidance_number_at(how, other);
    if (a != a || b != b)
        return a != a && b != b;
    if (a == b)
        return 1;
    if (__builtin_isinf(a) || __builtin_isinf(b))
        return 0;
    long double apart = a > b ? a - b : b - a, largest = __builtin_fabsl(a) > __builtin_fabsl(b) ? __builtin_fabsl(a) : __builtin_fabsl(b);
    return (how->absolute >= 0 && apart <= how->absolute) || (how->relative >= 0 && apart <= how->relative * largest) ||
           (how->ulps >= 0 && how->kind == 'f' && apart <= how->ulps * abidance_ulp(how, largest));
}

static size_t abidance_sorted_size;
static int abidance_by_bytes(const void *one, const void *other) { return memcmp(one, other, abidance_sorted_size); }

/* Tell whether two answers of one place are the same. Of what has no order, both are sorted. */
static int abidance_is_same(const abidance_answer *one, const abidance_answer *other)
{
    size_t size = one->end - one->start;
    unsigned char *a = abidance_answers[0] + one->start, *b = abidance_answers[1] + other->start;
    const abidance_sameness *how = one->how;
    if (size != other->end - other->start)
        return 0;
    if (how && how->unordered) {
        abidance_sorted_size = how->size;
        qsort(a, size / how->size, how->size, abidance_by_bytes);
        qsort(b, size / how->size, how->size, abidance_by_bytes);
    } else if (how) {
        for (size_t at = 0; at + how->size <= size; at += how->size)
            if (!abidance_is_near(how, a + at, b + at))
                return 0;
        return 1;
    }
    return memcmp(a, b, size) == 0;
}

/* The first answer of one library that the other gives otherwise, -1 where there is none. What only one of them has was
 * not asked of the other: why it was not shows elsewhere. */
static int abidance_first_difference(void)
{
    int behind = 0;
    for (int i = 0; i < abidance_answer_count[0]; i++) {
        const abidance_answer *one = &abidance_answer_list[0][i], *others = abidance_answer_list[1];
        int j = behind;
        while (j < abidance_answer_count[1] &&
               !(others[j].step == one->step && strcmp(others[j].what, one->what) == 0 &&
                 strcmp(others[j].function, one->function) == 0))
            j++;
        if (j == abidance_answer_count[1])
            continue;
        behind = j + 1;
        if (abidance_tries && !strcmp(one->what, "errno"))
            continue;
        if (!one->excused && !abidance_is_same(one, &others[j]))
            return i;
    }
    return -1;
}

#endif
