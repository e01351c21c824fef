#include "oniguruma-interval.h"
#include "source/src/oniguruma.h"

int pattern_finds(const unsigned char *pattern, size_t pattern_length, const unsigned char *text, size_t text_length) {
    static OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    if (!onigenc_is_valid_mbc_string(ONIG_ENCODING_UTF8, pattern, pattern + pattern_length) ||
        !onigenc_is_valid_mbc_string(ONIG_ENCODING_UTF8, text, text + text_length))
        return -2;
    regex_t *compiled;
    int status = onig_new(&compiled, pattern, pattern + pattern_length, ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
                          ONIG_SYNTAX_POSIX_BASIC, NULL);
    if (status != ONIG_NORMAL)
        return -2;
    const unsigned char *end = text + text_length;
    int place = onig_search(compiled, text, end, text, end, NULL, ONIG_OPTION_NONE);
    onig_free(compiled);
    return place >= 0 ? place : place == ONIG_MISMATCH ? -1 : -2;
}
