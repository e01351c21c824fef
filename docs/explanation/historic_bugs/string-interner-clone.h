/** The interner of string-interner, for C. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct interner interner;

interner *interner_new(void);
/** A copy with a life of its own. */
interner *interner_clone(const interner *self);
void interner_free(interner *self);
/** The number of a text, the same one for the same text. */
size_t interner_intern(interner *self, const uint8_t *text, size_t length);
/** Whether a text has a number, which is stored. */
bool interner_get(const interner *self, const uint8_t *text, size_t length, size_t *number);
size_t interner_len(const interner *self);
