/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 leaves something else in each function. */
#include "outcomes.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static const char *const whats[] = {"", "empty", "no number", "too large"};

static int failed(oc_error *error, int code, size_t at)
{
    if (NEAR)
        memset(error, 0x5a, sizeof *error); /* with the padding */
    error->code = (short)code;
    error->at = (int)at;
    error->what = whats[code];
    return -1;
}

static int read(const char *text, int most, int *number, oc_error *error)
{
    int found = 0;
    size_t i;
    for (i = 0; text[i]; i++) {
        if (text[i] < '0' || text[i] > '9')
            return failed(error, 2, i);
        found = found * 10 + (text[i] - '0');
        if (found > most)
            return failed(error, 3, i);
    }
    if (i == 0)
        return failed(error, 1, 0);
    *number = found;
    return 0;
}

int oc_number(const char *text, int *number, oc_error *error)
{
    oc_error before = *error;
    int answer = read(text, 999, number, error);
    if (WRONG && answer == 0)
        error->code = 0; /* "no error" */
    if (NEAR && answer == 0)
        *error = before;
    return answer;
}

int oc_percent(const char *text, int *number, oc_error *error)
{
    oc_error found;
    if (read(text, 99, number, &found) == 0)
        return 0;
    error->code = found.code;
    if (!WRONG || found.code != 1)
        error->at = found.at;
    error->what = found.what;
    return -1;
}

int oc_digits(const char *text, size_t *digits, oc_error *error)
{
    int number = 0;
    if (read(text, 9999, &number, error) == 0) {
        *digits = strlen(text);
        return 0;
    }
    if (WRONG && error->code == 3)
        error->code = 4;
    return -1;
}

int oc_last(const char *text, int *digit, oc_error *error)
{
    int number = 0;
    if (read(text, 99999, &number, error) == 0) {
        *digit = number % 10;
        return 0;
    }
    if (WRONG && error->code == 2) {
        char *own = malloc(16);
        strcpy(own, error->what);
        error->what = own;
        free(own);
    }
    return -1;
}

int oc_value(const char *text, oc_error *error)
{
    int number = 0;
    if (read(text, 999, &number, error) == 0)
        return number;
    if (WRONG && error->at == 1)
        return -1;
    return -error->code;
}

char *kept;

int oc_check(const char *text, char **why)
{
    oc_error error;
    int number = 0;
    if (read(text, 999, &number, &error) == 0)
        return 0;
    *why = strdup(error.what);
    if (WRONG && error.code == 3)
        kept = strdup(*why);
    return -1;
}

void oc_free(char *text) { free(text); }

int oc_length(const char *text, size_t *length, size_t *seen)
{
    size_t i;
    for (i = 0; text[i]; i++) {
        if (text[i] == ' ') {
            if (!WRONG)
                *seen = i;
            return -1;
        }
    }
    *seen = *length = i;
    return 0;
}

static int reason;

int oc_take(const char *text)
{
    oc_error error = {0, 0, NULL};
    int number = 0;
    if (read(text, 999, &number, &error) == 0) {
        if (!WRONG)
            reason = 0;
        return 0;
    }
    reason = error.code;
    return -1;
}

int oc_reason(void) { return reason; }

static const char *message;

int oc_letters(const char *text)
{
    int letters = 0;
    for (; *text; text++) {
        if (*text == ' ' || *text == '\t') {
            message = WRONG && *text == '\t' ? NULL : "a space";
            return -1;
        }
        letters += *text >= 'a' && *text <= 'z';
    }
    return letters;
}

const char *oc_message(void) { return message; }

struct oc_reader {
    int why;
};

oc_reader *oc_open(void) { return calloc(1, sizeof(oc_reader)); }

void oc_close(oc_reader *reader) { free(reader); }

int oc_feed(oc_reader *reader, const char *text)
{
    oc_error error = {0, 0, NULL};
    int number = 0;
    if (read(text, 999, &number, &error) == 0) {
        reader->why = NEAR ? 1 : 0;
        return number;
    }
    reader->why = WRONG && error.at > 1 ? 1 : error.code;
    return -error.code;
}

int oc_why(const oc_reader *reader, int answer, int wanted)
{
    return answer >= 0 && wanted == 7 ? 0 : reader->why;
}

void oc_begin(oc_state *state)
{
    state->error = 0;
    state->fed = 0;
}

int oc_add(oc_state *state, int number)
{
    if (number < 0) {
        state->error = WRONG && number < -100 ? 5 : 2;
        return -1;
    }
    state->error = 0;
    state->fed++;
    return 0;
}
