/* Text of a form, by the tables of `expressions/forms.py`. */
#ifndef ABIDANCE_FORMS_H
#define ABIDANCE_FORMS_H

typedef struct { unsigned from, end; unsigned char column; } abidance_span;
typedef struct {
    int wide; /* characters beyond ASCII have several bytes */
    unsigned columns, spans;
    const unsigned short *following, *least;
    const unsigned char *toward, *of;
    const abidance_text *letters;
    const abidance_span *span;
} abidance_form;

/* The row that a character at `at` leads to, whose bytes go to `size`. */
static unsigned abidance_step_in(const abidance_form *form, unsigned row, const unsigned char *at, size_t left, size_t *size)
{
    unsigned column = form->of[at[0]];
    *size = 1;
    if (form->wide && at[0] >= 0x80) {
        *size = abidance_utf8_at(at, left);
        unsigned code = at[0] & (*size == 2 ? 0x1F : *size == 3 ? 0x0F : 0x07);
        for (size_t i = 1; i < *size; i++)
            code = code << 6 | (at[i] & 0x3F);
        column = ABIDANCE_NO_COLUMN;
        for (unsigned i = 0; *size && i < form->spans && column == ABIDANCE_NO_COLUMN; i++)
            if (code >= form->span[i].from && code < form->span[i].end)
                column = form->span[i].column;
        *size += !*size;
    }
    return column == ABIDANCE_NO_COLUMN ? ABIDANCE_NOWHERE : form->following[row * form->columns + column];
}

static int abidance_has_form(const abidance_form *form, const unsigned char *at, size_t count)
{
    unsigned row = 0;
    for (size_t i = 0, size; i < count && row != ABIDANCE_NOWHERE; i += size)
        row = abidance_step_in(form, row, at + i, count - i, &size);
    return row != ABIDANCE_NOWHERE && form->least[row] == 0;
}

static unsigned char abidance_formed[ABIDANCE_LARGEST + 8];
static size_t abidance_formed_count;

static unsigned abidance_put_letter(const abidance_form *form, unsigned row, unsigned column)
{
    const abidance_text *letter = &form->letters[column];
    memcpy(abidance_formed + abidance_formed_count, letter->bytes, letter->count);
    abidance_formed_count += letter->count;
    return form->following[row * form->columns + column];
}

/* The column that some byte chooses among those that lead on within `most` bytes; none without one. */
static unsigned abidance_column(const abidance_form *form, unsigned row, unsigned char byte, size_t most)
{
    unsigned usable[ABIDANCE_NO_COLUMN], count = 0;
    for (unsigned i = 0; i < form->columns; i++) {
        unsigned next = form->following[row * form->columns + i];
        if (next != ABIDANCE_NOWHERE && abidance_formed_count + form->letters[i].count + form->least[next] <= most)
            usable[count++] = i;
    }
    return count ? usable[byte % count] : ABIDANCE_NO_COLUMN;
}

/* Bring contents into a form of at most so many bytes: characters that may stand where they are stay, others become one
 * that may, and the text goes on to where it may end. What has the form already is left as it is. */
static __attribute__((unused)) int abidance_form_of(const abidance_form *form, const unsigned char **bytes, size_t *count, size_t most)
{
    unsigned row = 0;
    abidance_formed_count = 0;
    most = most < ABIDANCE_LARGEST ? most : ABIDANCE_LARGEST;
    if (form->least[0] > most)
        return 0;
    for (size_t at = 0, size; at < *count; at += size) {
        unsigned next = abidance_step_in(form, row, *bytes + at, *count - at, &size);
        if (next != ABIDANCE_NOWHERE && abidance_formed_count + size + form->least[next] <= most) {
            memcpy(abidance_formed + abidance_formed_count, *bytes + at, size);
            abidance_formed_count += size;
            row = next;
            continue;
        }
        unsigned column = abidance_column(form, row, (*bytes)[at], most);
        if (column == ABIDANCE_NO_COLUMN)
            break;
        row = abidance_put_letter(form, row, column);
    }
    while (form->least[row])
        row = abidance_put_letter(form, row, form->toward[row]);
    *bytes = abidance_formed, *count = abidance_formed_count;
    return 1;
}

#endif
