/* Lists with places and cursors, which belong to one list: see handle_parents.c. */
#ifndef HANDLE_PARENTS_H
#define HANDLE_PARENTS_H

typedef struct hp_list hp_list;
typedef struct hp_place hp_place;
typedef struct hp_cursor hp_cursor;
hp_list *hp_empty(void);
hp_list *hp_of(const char *letters);
void hp_free(hp_list *list);
int hp_length(const hp_list *list);
hp_place *hp_first(hp_list *list);
hp_place *hp_next(hp_list *list, hp_place *place);
int hp_letter(const hp_place *place);
int hp_set(hp_list *list, hp_place *place, int letter);
void hp_clear(hp_list *list);
hp_cursor *hp_cursor_new(hp_list *list);
/* Returns another cursor in the same list, at the same place. */
hp_cursor *hp_cursor_copy(const hp_cursor *original);
void hp_cursor_free(hp_cursor *cursor);
/* Returns how many letters there are from its place on. */
int hp_cursor_left(const hp_cursor *cursor);
int hp_cursor_step(hp_cursor *cursor, hp_list *list);

#endif
