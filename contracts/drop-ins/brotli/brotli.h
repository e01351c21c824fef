/* Both halves of Brotli's interface. */
#include <brotli/decode.h>
#include <brotli/encode.h>
