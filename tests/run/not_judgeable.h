/* Functions that are sound, or never come into being: what is doubtful is what contracts say of them. */
#ifndef DOUBTFUL_H
#define DOUBTFUL_H
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

int db_div(int a, int b);
int db_sum(const uint8_t *p, size_t n);
int db_wrong(int x);
int db_slow(int milliseconds);
int db_hang_once(const char *file);
typedef struct db_thing db_thing;
db_thing *db_null_new(int size);
int db_failing_new(db_thing **out);
void db_free(db_thing *t);
int db_use(db_thing *t, int x);
int db_two(const uint8_t *a, const uint8_t *b, size_t n);
uint8_t db_byte(uint8_t x);
#endif
