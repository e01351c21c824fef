/* What tracing costs is measured with a function that does nothing but look at how much it was given. */
#ifndef ABIDANCE_CALIBRATED_H
#define ABIDANCE_CALIBRATED_H

#include <stddef.h>

size_t abidance_calibrated(const unsigned char *at, size_t size);

#endif
