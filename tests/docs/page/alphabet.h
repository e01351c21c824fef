#ifndef ALPHABET_H
#define ALPHABET_H
#include "page.h"
#define ow_ascii() (&st_ascii) /* extern const st_alphabet st_ascii, st_upper; */
#define ow_upper() (&st_upper)
#endif
