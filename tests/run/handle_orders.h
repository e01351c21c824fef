/* Handles of fourteen small libraries, each with a defect that takes calls in a certain order. */
#ifndef HANDLE_ORDERS_H
#define HANDLE_ORDERS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ho_status { HO_OK = 0, HO_FULL = -1, HO_NONE = -2, HO_BIG = -3, HO_STATE = -4 };

/* A journal keeps lines. ho_journal_last is the line that was added last; NULL when there is none. */
typedef struct ho_journal ho_journal;
ho_journal *ho_journal_open(void);
void ho_journal_close(ho_journal *journal);
int ho_journal_add(ho_journal *journal, const char *line);
void ho_journal_reset(ho_journal *journal);
const char *ho_journal_last(const ho_journal *journal);
size_t ho_journal_count(const ho_journal *journal);

/* A session may be had several times; it ends with the last of them. */
typedef struct ho_session ho_session;
ho_session *ho_session_open(int32_t level);
ho_session *ho_session_dup(ho_session *session);
void ho_session_close(ho_session *session);
int32_t ho_session_level(const ho_session *session);
int ho_session_raise(ho_session *session);

/* A cursor goes through a list from where it was opened; what is added meanwhile comes as well. */
typedef struct ho_list ho_list;
typedef struct ho_cursor ho_cursor;
ho_list *ho_list_new(void);
void ho_list_free(ho_list *list);
int ho_list_add(ho_list *list, int32_t value);
int ho_list_drop(ho_list *list);
ho_cursor *ho_cursor_open(ho_list *list);
void ho_cursor_close(ho_cursor *cursor);
int ho_cursor_next(ho_cursor *cursor, int32_t *value);

/* A ring of four values, first in, first out. */
typedef struct ho_ring ho_ring;
ho_ring *ho_ring_new(void);
void ho_ring_free(ho_ring *ring);
int ho_ring_put(ho_ring *ring, int32_t value);
int ho_ring_get(ho_ring *ring, int32_t *value);
size_t ho_ring_size(const ho_ring *ring);

/* A tally keeps marks. */
typedef struct ho_tally ho_tally;
ho_tally *ho_tally_new(void);
void ho_tally_free(ho_tally *tally);
int ho_tally_mark(ho_tally *tally, uint8_t mark);
int ho_tally_mean(const ho_tally *tally, uint32_t *mean);
bool ho_tally_empty(const ho_tally *tally);

/* A dictionary of texts. */
typedef struct ho_dict ho_dict;
ho_dict *ho_dict_new(void);
void ho_dict_free(ho_dict *dict);
int ho_dict_set(ho_dict *dict, const char *key, const char *value);
const char *ho_dict_get(const ho_dict *dict, const char *key);
int ho_dict_remove(ho_dict *dict, const char *key);

/* A meter sums up what it is given, scaled. */
typedef struct ho_meter ho_meter;
ho_meter *ho_meter_new(uint8_t scale);
void ho_meter_free(ho_meter *meter);
void ho_meter_feed(ho_meter *meter, uint16_t amount);
uint64_t ho_meter_total(const ho_meter *meter);
void ho_meter_clear(ho_meter *meter);

/* A store may be used by several threads: each call takes its lock. */
typedef struct ho_store ho_store;
ho_store *ho_store_new(void);
void ho_store_free(ho_store *store);
int ho_store_put(ho_store *store, uint8_t key, int32_t value);
int ho_store_take(ho_store *store, uint8_t key, int32_t *value);
size_t ho_store_size(ho_store *store);

/* A parser is fed, finished and reset, and may be used again then. */
typedef struct ho_parser ho_parser;
ho_parser *ho_parser_new(void);
void ho_parser_free(ho_parser *p);
int ho_parser_feed(ho_parser *p, const uint8_t *data, size_t n);
int ho_parser_finish(ho_parser *p, uint32_t *sum);
void ho_parser_reset(ho_parser *p);

/* Sessions of a registry: opening a name that is open gives the same one once more; each is closed. */
typedef struct ho_registry ho_registry;
typedef struct ho_entry ho_entry;
ho_registry *ho_registry_new(void);
void ho_registry_free(ho_registry *r);
ho_entry *ho_entry_open(ho_registry *r, uint8_t name);
void ho_entry_close(ho_entry *e);
int ho_entry_touch(ho_entry *e);

/* An iterator over a map; entries may be removed while it goes on, and it skips those. */
typedef struct ho_map ho_map;
typedef struct ho_iter ho_iter;
ho_map *ho_map_new(void);
void ho_map_free(ho_map *m);
int ho_map_put(ho_map *m, uint8_t key, int32_t value);
int ho_map_remove(ho_map *m, uint8_t key);
ho_iter *ho_iter_new(ho_map *m);
void ho_iter_free(ho_iter *i);
int ho_iter_next(ho_iter *i, uint8_t *key, int32_t *value);

/* A buffer of bytes with room that is reserved. */
typedef struct ho_buffer ho_buffer;
ho_buffer *ho_buffer_new(void);
void ho_buffer_free(ho_buffer *b);
int ho_buffer_reserve(ho_buffer *b, uint32_t room);
int ho_buffer_append(ho_buffer *b, const uint8_t *data, size_t n);
size_t ho_buffer_size(const ho_buffer *b);

/* Hands out numbers of places, each once until it is given back: at most 200. */
typedef struct ho_ids ho_ids;
ho_ids *ho_ids_new(void);
void ho_ids_free(ho_ids *ids);
int ho_ids_take(ho_ids *ids, uint32_t *id);
int ho_ids_give(ho_ids *ids, uint32_t id);

/* Contexts share a table that is made with the first and goes with the last. */
typedef struct ho_context ho_context;
ho_context *ho_context_new(void);
void ho_context_free(ho_context *c);
uint32_t ho_context_find(ho_context *c, uint8_t n);
#endif
