/* What is said of a handle in numbers that it was created with: see created_with.c. */
#ifndef CREATED_WITH_H
#define CREATED_WITH_H

#include <stddef.h>

typedef struct cw_filter cw_filter;
typedef struct cw_window { int *sums; int size; } cw_window;

cw_filter *cw_new(int channels, int rate);
cw_filter *cw_mono(int rate);
void cw_free(cw_filter *filter);
int cw_run(cw_filter *filter, const short *in, int frames, short *out);
void cw_gain(cw_filter *filter, int channel, int gain);
int cw_gain_of(const cw_filter *filter, int channel);
int cw_mute(cw_filter *filter, int channel);

typedef struct cw_clock cw_clock;
cw_clock *cw_clock_new(int rate);
void cw_clock_free(cw_clock *clock);
int cw_rate(const cw_clock *clock);

int cw_window_init(cw_window *window, int size);
void cw_window_end(cw_window *window);
void cw_add(cw_window *window, const int *numbers);

#endif
