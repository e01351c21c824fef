/* Some of a thread's calls of one function, each as likely as any other, with what they were passed.
 *
 * A sample is a number, 1 where it is whole, and then for each part that the generated code writes how many bytes it has,
 * all ones for NULL, and the bytes, up to the next multiple of eight.
 */
#ifndef ABIDANCE_SAMPLING_H
#define ABIDANCE_SAMPLING_H

#define ABIDANCE_NULL_PART (~UINT64_C(0))

typedef struct {
    unsigned char *at, *end, *begin;
} abidance_sample;

static double abidance_random(abidance_stats *stats)
{
    uint64_t state = stats->state ? stats->state : abidance_clock() | 1;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    stats->state = state;
    return ((double)(state >> 11) + 1) / 9007199254740994.0; /* above 0 and below 1 */
}

/* The place of the next sample, and when the one after it is due (Li 1994, algorithm L). */
static ABIDANCE_COLD abidance_sample abidance_choose(abidance_stats *stats, unsigned sizes)
{
    uint64_t slot = stats->sampled;
    double chance;
    memcpy(&chance, &stats->chance, sizeof chance);
    if (slot >= ABIDANCE_SAMPLES)
        slot = (uint64_t)(abidance_random(stats) * ABIDANCE_SAMPLES);
    if (++stats->sampled < ABIDANCE_SAMPLES) {
        stats->next = stats->calls + 1;
    } else {
        chance = (stats->sampled == ABIDANCE_SAMPLES ? 1 : chance) * exp(log(abidance_random(stats)) / ABIDANCE_SAMPLES);
        stats->next = stats->calls + 1 + (uint64_t)(log(abidance_random(stats)) / log(1 - chance));
        memcpy(&stats->chance, &chance, sizeof chance);
    }
    unsigned char *begin = (unsigned char *)&stats->bytes[sizes] + slot * ABIDANCE_SAMPLE;
    memset(begin, 0, 8);
    return (abidance_sample){begin + 8, begin + ABIDANCE_SAMPLE, begin};
}

static void abidance_put(abidance_sample *sample, const void *from, uint64_t size)
{
    uint64_t taken = size == ABIDANCE_NULL_PART ? 0 : (size + 7) & ~UINT64_C(7);
    if (!sample->at || taken > (uint64_t)(sample->end - sample->at) || (uint64_t)(sample->end - sample->at) - taken < 8) {
        sample->at = NULL; /* too long: it stays as it is not whole */
        return;
    }
    memcpy(sample->at, &size, 8);
    if (taken)
        memcpy(sample->at + 8, from, size);
    sample->at += 8 + taken;
}

static void abidance_whole(abidance_sample *sample)
{
    uint64_t whole = sample->at != NULL;
    memcpy(sample->begin, &whole, sizeof whole);
}

#endif
