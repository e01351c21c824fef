/* Handles of which there may be one at a time, or that lock what they were made from: see exclusive_handles.c. */
#ifndef EXCLUSIVE_HANDLES_H
#define EXCLUSIVE_HANDLES_H

#include <stdint.h>

typedef struct ex_store ex_store;
typedef struct ex_write ex_write;
typedef struct ex_walk ex_walk;
typedef struct ex_view ex_view;
typedef struct ex_device ex_device;
typedef struct ex_nest ex_nest;

ex_store *ex_store_new(void);
void ex_store_free(ex_store *store);
int ex_clear(ex_store *store);
int ex_count(const ex_store *store);
int ex_add(ex_store *store);

ex_write *ex_begin(ex_store *store);
int ex_put(ex_write *write);
int ex_commit(ex_write *write);
void ex_abort(ex_write *write);

ex_walk *ex_walk_new(ex_store *store);
int ex_walk_next(ex_walk *walk);
void ex_walk_free(ex_walk *walk);

ex_view *ex_view_new(ex_store *store);
int ex_view_size(ex_store *store, ex_view *view);
void ex_view_free(ex_view *view);

ex_device *ex_device_open(void);
int ex_device_read(ex_device *device);
void ex_device_close(ex_device *device);

ex_nest *ex_nest_begin(ex_store *store, ex_nest *outer);
int ex_nest_put(ex_nest *nest);
void ex_nest_end(ex_nest *nest); /* and the one in it */
#endif
