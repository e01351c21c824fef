#include <stddef.h>

/* Tells where each bracket of a text opens and closes; one that nothing opened is passed over. */
void brackets(const char *text, void (*opens)(size_t at), void (*closes)(size_t at));
