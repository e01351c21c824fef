/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 is wrong about what a handle was created with. */
#include "created_with.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct cw_filter {
    int channels, rate;
    int *gains;
};

/* The sound one has no gain behind the last channel. */
cw_filter *cw_new(int channels, int rate) {
    cw_filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return NULL;
    filter->channels = channels;
    filter->rate = rate;
    filter->gains = calloc((size_t)channels, sizeof *filter->gains);
    if (filter->gains == NULL) {
        free(filter);
        return NULL;
    }
    return filter;
}

cw_filter *cw_mono(int rate) { return cw_new(1, rate); }

void cw_free(cw_filter *filter) {
    free(filter->gains);
    free(filter);
}

/* Aborts where there are not whole hundredths of a second. The wrong one takes pairs of samples. */
int cw_run(cw_filter *filter, const short *in, int frames, short *out) {
    int samples = frames * filter->channels, step = WRONG ? 2 : 1;
    if (frames % (filter->rate / 100) != 0)
        abort();
    for (int i = 0; i < samples; i += step) {
        out[i] = in[i];
        if (step > 1)
            out[i + 1] = in[i + 1];
    }
    return frames;
}

/* Aborts where there is no such channel. The wrong one counts the channels behind the first from one. */
void cw_gain(cw_filter *filter, int channel, int gain) {
    if (channel < 0 || channel >= filter->channels)
        abort();
    filter->gains[WRONG && channel > 1 ? channel - 1 : channel] = gain;
}

int cw_gain_of(const cw_filter *filter, int channel) {
    if (channel < 0 || channel >= filter->channels)
        abort();
    return NEAR ? *(filter->gains + channel) : filter->gains[channel];
}

/* The wrong one takes the number of channels for one of them. */
int cw_mute(cw_filter *filter, int channel) {
    if (channel > filter->channels || (!WRONG && channel == filter->channels))
        return -1;
    if (channel < filter->channels)
        filter->gains[channel] = 0;
    return 0;
}

struct cw_clock {
    int rate;
};

static int last_rate;

cw_clock *cw_clock_new(int rate) {
    cw_clock *clock = malloc(sizeof *clock);
    if (clock != NULL)
        clock->rate = last_rate = rate;
    return clock;
}

void cw_clock_free(cw_clock *clock) { free(clock); }

/* The wrong one has the rate of the last clock for that of all. */
int cw_rate(const cw_clock *clock) { return WRONG ? last_rate : clock->rate; }

int cw_window_init(cw_window *window, int size) {
    window->sums = calloc((size_t)size + 1, sizeof *window->sums);
    window->size = size;
    return window->sums == NULL ? -1 : 0;
}

void cw_window_end(cw_window *window) { free(window->sums); }

/* The wrong one adds a number too many, the near one all of them from the last. */
void cw_add(cw_window *window, const int *numbers) {
    int count = window->size + (WRONG && window->size > 2);
    for (int i = 0; i < count; i++) {
        int at = NEAR ? count - 1 - i : i;
        window->sums[at] = (int)((unsigned)window->sums[at] + (unsigned)numbers[at]);
    }
}
