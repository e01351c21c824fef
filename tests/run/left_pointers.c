/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "left_pointers.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Names one number wrongly. Near: in memory that ends with the text. */
void lp_name(unsigned n, const char **name) {
    static char *own;
    if (NEAR && !own)
        own = strdup("odd");
    *name = n % 2 == 0 || (WRONG && n == 7) ? "even" : NEAR ? own : "odd";
}

/* The last of many is another one. Near: they end where their memory does, and none are nowhere. */
int lp_copies(unsigned char value, const unsigned char **bytes, size_t *n) {
    static unsigned char many[256];
    memset(many, value, sizeof many);
    if (WRONG && value > 9)
        many[value - 1]++;
    *bytes = !NEAR ? many : value ? many + sizeof many - value : NULL;
    *n = value;
    return 0;
}

/* Says the wrong thing of a sign. Near: asks for the message only where there is one. */
int lp_parse(const char *text, const lp_error **error) {
    static lp_error none = {1, "nothing"}, sign = {2, "sign"};
    size_t n = strspn(text, "0123456789");
    if (n > 0)
        return (int)n;
    sign.message = WRONG ? "nothing" : "sign";
    if (error)
        *error = *text == '-' ? &sign : &none;
    return -1;
}

/* Leaves the slash at the front of what it gives. Near: nothing is NULL. */
lp_part lp_tail(const char *text) {
    static char copy[64];
    const char *slash = strchr(text, '/');
    strcpy(copy, slash ? slash + !(WRONG && slash > text) : "");
    return (lp_part){strlen(copy), NEAR && !*copy ? NULL : copy};
}

/* Of a text without a slash it gives nothing. Near: in memory that ends where it does. */
void lp_head(const char *text, lp_part *out) {
    static char copy[64];
    size_t n = strcspn(text, "/");
    char *at = NEAR ? copy + sizeof copy - n : copy;
    memcpy(at, text, n);
    *out = (lp_part){WRONG && !text[n] ? 0 : n, at};
}
