/* Tables of numbers by name, cursors over them, and what goes wrong between calls. */
#ifndef LIVES_H
#define LIVES_H

#include <stddef.h>
#include <stdint.h>

typedef struct lv_table lv_table;
typedef struct lv_cursor lv_cursor;

lv_table *lv_table_new(const char *name);
lv_table *lv_table_copy(const lv_table *of);
void lv_table_free(lv_table *table);
int lv_add(lv_table *table, const char *key, int value);
int lv_get(const lv_table *table, const char *key, int *value);
int lv_remove(lv_table *table, const char *key);
size_t lv_count(const lv_table *table);
int lv_empty(const lv_table *table, size_t *count);
int lv_tag(lv_cursor *cursor, const char *tag);
size_t lv_tag_length(const lv_cursor *cursor);
int lv_register(lv_table *table, const char *kind);
int lv_next_after(int value);
const char *lv_name(const lv_table *table);

lv_cursor *lv_cursor_new(lv_table *table);
void lv_cursor_free(lv_cursor *cursor);
int lv_next(lv_cursor *cursor);

#endif
