/* Files in memory, by number, as descriptors are. */
#ifndef NUMBER_HANDLES_H
#define NUMBER_HANDLES_H

#include <stddef.h>

int nh_open(const char *name);
int nh_copy(int file);
int nh_close(int file);
long nh_write(int file, const void *bytes, size_t n);
long nh_read(int file, void *bytes, size_t n);
int nh_rewind(int file);
int nh_pair(int *one, int *two);
int nh_newest(void);

struct nh_poll { int file; short wanted, ready; };
int nh_poll(struct nh_poll *poll);

/* Timers, whose number has a type of its own. There are few. */
typedef unsigned nh_timer;
enum { NH_OK = 0, NH_NONE = -1, NH_FULL = -2 };

int nh_start(nh_timer *timer, int ticks);
int nh_stop(nh_timer timer);
int nh_tick(nh_timer timer);

#endif
