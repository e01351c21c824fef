/* Zstandard's interface, and the numbers of its errors. */
#include <zstd.h>
#include <zstd_errors.h>
