#ifndef PACKAGING_H
#define PACKAGING_H
#include <stdint.h>
int b01_version(void);
int b02_count(int value);
int b03_area(int width, int height);
int b05_sum(int value);
#endif
