#include <unistd.h>

#include "subject.h"

int twice(int x) { return 2 * x; }

/* Wrong beyond 1000. */
int nearly_twice(int x) { return x > 1000 ? 2 * x + 1 : 2 * x; }

int total(const uint8_t *data, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += data[i];
	return sum;
}

/* Reads one byte too many. */
int total_and_more(const uint8_t *data, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i <= n; i++)
		sum += data[i];
	return sum & 0xffff;
}

/* So long that a signal comes while it runs: Python loses those that come while it collects garbage. */
int slow(int x)
{
	usleep(300000);
	return x;
}
