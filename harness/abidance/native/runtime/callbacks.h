/* What callbacks share. */
#ifndef ABIDANCE_CALLBACKS_H
#define ABIDANCE_CALLBACKS_H

static __thread int abidance_caller __attribute__((unused)); /* 1 on the thread that makes the calls */

#endif
