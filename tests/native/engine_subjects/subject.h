/* What the libraries have in common that engines are tested with. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <signal.h>
#include <strings.h>
static void fault(void) { free(malloc(1)); *(volatile int *)8 = 1; }
static uint32_t big(const uint8_t *d) { return (uint32_t)d[0] << 24 | d[1] << 16 | d[2] << 8 | d[3]; }
static uint32_t little(const uint8_t *d) { return d[0] | d[1] << 8 | d[2] << 16 | (uint32_t)d[3] << 24; }
