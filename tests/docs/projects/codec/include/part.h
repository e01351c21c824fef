#ifndef CODEC_PART_H
#define CODEC_PART_H

/* Needs codec/base.h before it. */
struct part {
    codec_number first;
    codec_number count;
};

#endif
