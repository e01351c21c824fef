/* Whose something is after a call, and how long it must be there, a flag says. */
#ifndef FLAG_OWNERS_H
#define FLAG_OWNERS_H

enum { FO_TAKE = 1, FO_LOUD = 2 };

/* Values that count their references. */
typedef struct fo_value fo_value;
fo_value *fo_value_new(int number);
fo_value *fo_value_ref(fo_value *value);
void fo_value_unref(fo_value *value);
int fo_value_number(const fo_value *value);

/* A list has a reference to each: the caller's with FO_TAKE, or else one of its own. -1 where it is full. */
typedef struct fo_list fo_list;
fo_list *fo_list_new(void);
void fo_list_free(fo_list *list);
int fo_list_put(fo_list *list, fo_value *value, unsigned flags);
int fo_list_sum(const fo_list *list);

/* A slip has a number, and a box has the slip itself with FO_TAKE, or else a copy. */
typedef struct fo_slip fo_slip;
fo_slip *fo_slip_new(int number);
void fo_slip_free(fo_slip *slip);
typedef struct fo_box fo_box;
fo_box *fo_box_new(void);
void fo_box_free(fo_box *box);
void fo_box_put(fo_box *box, fo_slip *slip, unsigned flags);
void fo_box_label(fo_box *box, char *label, int own); /* which the box frees where it is its own */
int fo_box_number(const fo_box *box);                 /* and the length of its label */

/* A sheet has a copy of its text with FO_COPIED, or else the text itself, until it is freed or turned. */
typedef enum { FO_COPIED, FO_KEPT } fo_mode;
typedef struct fo_sheet fo_sheet;
fo_sheet *fo_sheet_new(const char *text, int n, fo_mode mode);
void fo_sheet_free(fo_sheet *sheet);
void fo_sheet_turn(fo_sheet *sheet); /* there is nothing on its other side */
int fo_sheet_sum(const fo_sheet *sheet);

#endif
