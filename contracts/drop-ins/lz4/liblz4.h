/* The blocks and the frames of one library: liblz4 has both. */
#include <lz4.h>
#include <lz4frame.h>
