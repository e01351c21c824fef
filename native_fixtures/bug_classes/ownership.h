#ifndef OWNERSHIP_H
#define OWNERSHIP_H
#include <stddef.h>
#include <stdint.h>

/* O01 */
void o01_remember(const char *name);
int o01_length(void);
/* O02: closed handles are refused */
typedef struct o02_session o02_session;
o02_session *o02_open(void);
int o02_send(o02_session *session, int value);
int o02_close(o02_session *session);

typedef struct o04_file o04_file;
o04_file *o04_open(void);
int o04_close(o04_file *file);
/* O03 */
typedef struct o03_list o03_list;
o03_list *o03_new(void);
int o03_add(o03_list *list, int value);
int o03_sum(const o03_list *list);
void o03_free(o03_list *list);
/* O05 */
typedef struct o05_text o05_text;
o05_text *o05_new(void);
int o05_append(o05_text *text, const char *piece);
const char *o05_value(const o05_text *text);
void o05_free(o05_text *text);
/* leaks, and what is freed */
int o06_count(const char *words);
int o07_parse(const char *text);
int o08_pair(uint32_t size);
int o09_copy(uint32_t size);
int o10_consume(uint8_t *data, size_t size);
char *o11_trim(const char *text);
void o11_free(char *text);
int o17_twice(uint32_t key);
const char *o18_name(uint32_t key);
const char *o19_label(uint32_t key);
/* O21 */
typedef struct o21_hub o21_hub;
typedef void (*o21_told)(void *context, int value);
o21_hub *o21_new(void);
int o21_watch(o21_hub *hub, o21_told told, void *context);
int o21_unwatch(o21_hub *hub);
int o21_put(o21_hub *hub, int value);
void o21_free(o21_hub *hub);
/* O22, O23 */
int o22_each(o21_told told, void *context, int value);
int o23_each(uint32_t count, o21_told told, void *context);
/* O24 */
typedef struct o24_tree o24_tree;
typedef struct o24_node o24_node;
o24_tree *o24_tree_new(void);
void o24_tree_free(o24_tree *tree);
o24_node *o24_node_new(o24_tree *tree);
int o24_node_depth(const o24_node *node);
void o24_node_free(o24_node *node);
/* O26 */
typedef struct o26_shared o26_shared;
o26_shared *o26_new(void);
int o26_use(o26_shared *shared);
void o26_drop(o26_shared *shared);
/* inputs */
int o27_scan(const uint8_t *data, size_t size);
int o28_scan(const uint8_t *data, size_t size);
void o29_shift(uint8_t *data, size_t size);
void o30_add(uint8_t *to, const uint8_t *one, const uint8_t *other, size_t size);
#endif
