/* What the contract of what zlib is lent needs besides zlib.h: descriptors of its callers. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
