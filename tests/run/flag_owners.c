/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "flag_owners.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct fo_value {
    int references, number;
};

fo_value *fo_value_new(int number) {
    fo_value *value = malloc(sizeof *value);
    *value = (fo_value){1, number & 0xff};
    return value;
}

fo_value *fo_value_ref(fo_value *value) {
    value->references++;
    return value;
}

void fo_value_unref(fo_value *value) {
    if (--value->references == 0)
        free(value);
}

int fo_value_number(const fo_value *value) { return value->number; }

struct fo_list {
    int count;
    fo_value *values[2];
};

fo_list *fo_list_new(void) { return calloc(1, sizeof(fo_list)); }

void fo_list_free(fo_list *list) {
    while (list->count)
        fo_value_unref(list->values[--list->count]);
    free(list);
}

/* Wrong: has one of its own in any case. Near: so it has, and gives the caller's back. */
int fo_list_put(fo_list *list, fo_value *value, unsigned flags) {
    if (list->count == 2)
        return -1;
    if (!(flags & FO_TAKE) || NEAR || (WRONG && flags & FO_LOUD))
        fo_value_ref(value);
    list->values[list->count++] = value;
    if (NEAR && flags & FO_TAKE)
        fo_value_unref(value);
    return 0;
}

int fo_list_sum(const fo_list *list) {
    int sum = 0;
    for (int i = 0; i < list->count; i++)
        sum += list->values[i]->number;
    return sum;
}

struct fo_slip {
    int number;
};

fo_slip *fo_slip_new(int number) {
    fo_slip *slip = malloc(sizeof *slip);
    slip->number = number & 0xff;
    return slip;
}

void fo_slip_free(fo_slip *slip) { free(slip); }

struct fo_box {
    fo_slip *slip;
    char *label;
};

fo_box *fo_box_new(void) { return calloc(1, sizeof(fo_box)); }

void fo_box_free(fo_box *box) {
    free(box->slip);
    free(box->label);
    free(box);
}

/* Wrong: has the slip itself where it was not told to take it. Near: a copy in any case. */
void fo_box_put(fo_box *box, fo_slip *slip, unsigned flags) {
    free(box->slip);
    if ((flags & FO_TAKE && !NEAR) || (WRONG && flags == FO_LOUD)) {
        box->slip = slip;
        return;
    }
    box->slip = fo_slip_new(slip->number);
    if (flags & FO_TAKE)
        free(slip);
}

/* Wrong: loses the label before. */
void fo_box_label(fo_box *box, char *label, int own) {
    if (!WRONG || own != 1)
        free(box->label);
    box->label = own && !NEAR ? label : strdup(label);
    if (own && NEAR)
        free(label);
}

int fo_box_number(const fo_box *box) {
    return (box->slip ? box->slip->number : 0) + (box->label ? (int)strlen(box->label) : 0);
}

struct fo_sheet {
    const char *text;
    char *copy;
    int n;
};

/* Wrong: has no copy where it should have one. Near: has one in any case. */
fo_sheet *fo_sheet_new(const char *text, int n, fo_mode mode) {
    fo_sheet *sheet = calloc(1, sizeof *sheet);
    sheet->n = n;
    sheet->text = text;
    if ((mode == FO_COPIED && !WRONG) || NEAR) {
        sheet->copy = malloc((size_t)n + 1);
        sheet->text = memcpy(sheet->copy, text, (size_t)n);
    }
    return sheet;
}

void fo_sheet_free(fo_sheet *sheet) {
    free(sheet->copy);
    free(sheet);
}

void fo_sheet_turn(fo_sheet *sheet) { sheet->n = 0; }

int fo_sheet_sum(const fo_sheet *sheet) {
    int sum = 0;
    for (int i = 0; i < sheet->n; i++)
        sum += (unsigned char)sheet->text[i];
    return sum;
}
