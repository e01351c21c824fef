#ifndef CONCURRENCY_H
#define CONCURRENCY_H
#include <stddef.h>
#include <stdint.h>
int t01_count(int value);
int t02_table(uint32_t key);
int t03_first(uint32_t key);
int t03_second(uint32_t key);
int t04_move(uint32_t key);
typedef struct t05_frame {
    uint32_t size;
    uint8_t data[16];
} t05_frame;
int t05_read(const t05_frame *frame, uint8_t *out);
typedef struct t06_session t06_session;
t06_session *t06_open(void);
int t06_use(t06_session *session);
void t06_close(t06_session *session);
int t07_log(uint32_t value);
typedef struct t08_map t08_map;
t08_map *t08_new(void);
int t08_add(t08_map *map, uint32_t key);
void t08_free(t08_map *map);
#endif
