/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "edges.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if VARIANT == 2
#define PICK(sound, near, wrong) wrong
#elif VARIANT == 1
#define PICK(sound, near, wrong) near
#else
#define PICK(sound, near, wrong) sound
#endif

/* S01, at whole words only. */
uint32_t ed_checksum(const uint8_t *p, size_t n) {
    uint32_t sum = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            sum = sum * 31 + p[i + k];
    do {
        if (PICK(i == n, i >= n, i > n || n == 0))
            break;
        sum = sum * 31 + ((const volatile uint8_t *)p)[i];
    } while (++i < n);
    return sum;
}

/* S02: the NUL. */
int ed_label(char *out, size_t cap, const char *name) {
    size_t n = strlen(name);
    if (PICK(n >= cap, n + 1 > cap, n > cap))
        return ED_FULL;
    memcpy(out, name, n);
    out[n] = 0;
    return ED_OK;
}

/* S07 */
int ed_copy_name(char *out, size_t cap, const char *name) {
    if (cap == 0)
        return ED_FULL;
#if VARIANT == 2
    strncpy(out, name, cap);
#else
    size_t n = strnlen(name, PICK(cap - 1, cap - 1, 0));
    memset(out, 0, PICK(n, cap, 0));
    memcpy(out, name, n);
    out[n] = 0;
#endif
    return ED_OK;
}

/* S03: nothing but blanks. */
size_t ed_rtrim(const uint8_t *p, size_t n) {
    while (PICK(n > 0, n != 0, true) && ((const volatile uint8_t *)p)[n - 1] == ' ')
        n--;
    return n;
}

/* S05 */
int ed_tag(uint8_t *out, size_t cap, size_t *len) {
    static const uint8_t tag[12] = "abidance-tag";
    size_t n = PICK(sizeof tag, cap < sizeof tag ? cap : sizeof tag, sizeof tag);
    if (PICK(cap < sizeof tag, false, cap == 0))
        return ED_FULL;
    memcpy(out, tag, n);
    *len = n;
    return ED_OK;
}

/* S06: what would have been written. */
int ed_quote(uint8_t *out, size_t cap, size_t *len, const uint8_t *in, size_t n) {
    size_t done = 0, wanted = 0;
    for (size_t i = 0; i < n; i++) {
        size_t each = in[i] == '"' ? 2 : 1;
        wanted += each;
        if (done + each > cap)
            break;
        if (each == 2)
            out[done++] = '\\';
        out[done++] = in[i];
    }
    *len = PICK(done, wanted < done ? wanted : done, wanted);
    return ED_OK;
}

/* S08 */
uint32_t ed_words(const uint8_t *p, size_t n) {
    uint32_t words = 0;
    size_t end = PICK(n, strnlen((const char *)p, n), strlen((const char *)p));
    for (size_t i = 0; i < end; i++)
        words += p[i] != ' ' && (i == 0 || p[i - 1] == ' ');
    return words;
}

/* S17 */
int ed_last(const uint8_t *p, size_t n) {
    int last = PICK(n ? p[n - 1] : -1, n > 0 ? p[n - 1] : -1, ((const volatile uint8_t *)p)[n ? n - 1 : 0]);
    return n ? last : -1;
}

/* S16 */
uint32_t ed_sum16(const uint16_t *p, size_t bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < PICK(bytes / 2, bytes / sizeof *p, bytes); i++)
        sum += p[i];
    return sum;
}

/* A character that is cut off at the end. */
size_t ed_utf8_count(const uint8_t *p, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; count++) {
        size_t more = p[i] < 0xC0 ? 0 : p[i] < 0xE0 ? 1 : p[i] < 0xF0 ? 2 : 3;
        if (PICK(more > n - i - 1, more >= n - i, false))
            more = n - i - 1;
        for (size_t k = 1; k <= more; k++)
            if ((((const volatile uint8_t *)p)[i + k] & 0xC0) != 0x80) {
                more = k - 1;
                break;
            }
        i += more + 1;
    }
    return count;
}

/* Room for just as much, in and out through one number. */
int ed_hex(uint8_t *out, size_t *out_len, const uint8_t *in, size_t n) {
    size_t cap = *out_len;
    *out_len = 2 * n;
    if (PICK(cap < 2 * n, cap / 2 < n, cap < 2 * n - (n != 0)))
        return ED_FULL;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = (uint8_t)"0123456789abcdef"[in[i] >> 4];
        out[2 * i + 1] = (uint8_t)"0123456789abcdef"[in[i] & 15];
    }
    return ED_OK;
}

/* Padding. */
int ed_base64(uint8_t *out, size_t cap, const uint8_t *in, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (cap < PICK((n + 2) / 3 * 4, n / 3 * 4 + (n % 3 ? 4 : 0), (n * 4 + 2) / 3))
        return ED_FULL;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
        out[0] = (uint8_t)digits[v >> 18];
        out[1] = (uint8_t)digits[v >> 12 & 63];
        out[2] = i + 1 < n ? (uint8_t)digits[v >> 6 & 63] : '=';
        out[3] = i + 2 < n ? (uint8_t)digits[v & 63] : '=';
        out += 4;
    }
    return ED_OK;
}

/* A needle that is longer than the haystack. */
int ed_find(const uint8_t *hay, size_t hay_len, const uint8_t *needle, size_t needle_len) {
    if (PICK(needle_len > hay_len, hay_len < needle_len, false))
        return -1;
    for (size_t i = 0; PICK(i + needle_len <= hay_len, i <= hay_len - needle_len, i <= hay_len); i++) {
        size_t k = 0;
        while (k < needle_len && ((const volatile uint8_t *)hay)[i + k] == needle[k])
            k++;
        if (k == needle_len)
            return (int)i;
    }
    return -1;
}

/* A prefix that is longer than the text. */
bool ed_has_prefix(const uint8_t *p, size_t n, const uint8_t *prefix, size_t prefix_len) {
    if (PICK(prefix_len > n, n < prefix_len, n == 0 && prefix_len != 0))
        return false;
    for (size_t i = 0; i < prefix_len; i++)
        if (((const volatile uint8_t *)p)[i] != prefix[i])
            return false;
    return true;
}

/* An odd number of elements. */
void ed_reverse(uint8_t *p, size_t n) {
    for (size_t i = 0; i < PICK(n / 2, (n + 1) / 2, n / 2); i++) {
        size_t other = PICK(n - 1 - i, n - i - 1, n - i - (n % 2 == 0));
        uint8_t kept = p[i];
        p[i] = p[other];
        p[other] = kept;
    }
}

/* A full array. */
int ed_insert(int32_t *xs, size_t n, size_t cap, int32_t x) {
    if (PICK(n >= cap, n == cap, n > cap))
        return ED_FULL;
    size_t at = 0;
    while (at < n && xs[at] < x)
        at++;
    for (size_t i = n; i > at; i--)
        xs[i] = xs[i - 1];
    xs[at] = x;
    return ED_OK;
}

/* Rows and columns, where they differ. */
uint32_t ed_pixels(const uint8_t *rgba, uint32_t w, uint32_t h) {
    uint32_t sum = 0;
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++)
            sum += rgba[4 * (y * PICK(w, w, h) + x) + 3];
    return sum;
}

/* A sum that wraps, or ends one too far. */
int ed_slice(const uint8_t *p, size_t n, size_t offset, size_t count, uint8_t *out) {
    if (PICK(offset > n || count > n - offset, count > n || offset > n - count, offset + count > n + 1))
        return ED_INVALID;
    for (size_t i = 0; i < count; i++)
        out[i] = p[offset + i];
    return ED_OK;
}

/* Four bytes where there may be three. */
uint32_t ed_header(const uint8_t *p, size_t n) {
    if (PICK(n < 4, n <= 3, n < 3))
        return 0;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* S18: a length inside. */
uint64_t ed_gather(const ed_span *spans, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const volatile uint8_t *base = spans[i].base;
#if VARIANT == 2
        size_t k = 0;
        do
            sum += base[k];
        while (++k < spans[i].len);
#else
        for (size_t k = 0; PICK(k < spans[i].len, k != spans[i].len, false); k++)
            sum += base[k];
#endif
    }
    return sum;
}

/* S12: into the field behind. */
int ed_rename(ed_record *record, const char *name) {
    size_t n = strlen(name);
    if (PICK(n >= sizeof record->name, n > sizeof record->name - 1, n > sizeof record->name))
        return ED_INVALID;
    volatile char *to = (volatile char *)record;
    for (size_t i = 0; i <= n; i++)
        to[i] = name[i];
    return ED_OK;
}

/* S14: the library has a field more. */
void ed_count(const uint8_t *p, size_t n, ed_stats *stats) {
    struct { ed_stats known; PICK(, , uint32_t longest;) } mine;
    memset(&mine, 0, sizeof mine);
    mine.known.count = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        mine.known.total += p[i];
    memcpy(stats, &mine, sizeof mine);
}

/* S15 */
void ed_width(uint32_t x, uint32_t *out) {
    PICK(uint32_t, uint32_t, uint64_t) wide = x;
    memcpy(out, &wide, sizeof wide);
}

/* A point on the upper edge, by value. */
bool ed_inside(ed_box box, ed_point point) {
    return point.x >= box.low.x && PICK(point.x <= box.high.x, !(box.high.x < point.x), point.x < box.high.x)
           && point.y >= box.low.y && point.y <= box.high.y;
}

/* O27: lower case in place. */
size_t ed_field(char *text, size_t n) {
    size_t letters = 0;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        letters += c >= 'A' && c <= 'Z';
#if VARIANT == 2
        if (c >= 'A' && c <= 'Z')
            text[i] = (char)(c + 32);
#endif
    }
    return letters;
}

/* O28: and puts it back. */
size_t ed_varint(const uint8_t *p, size_t n, uint64_t *out)
{
    uint64_t value = 0;
    size_t most = PICK(10, 10, 11);
    for (size_t i = 0; i < n && i < most; i++) {
        if (i < 10)
            value |= (uint64_t)(p[i] & 0x7f) << 7 * i;
        if (p[i] < 0x80) {
            *out = value;
            return i + 1;
        }
    }
    return 0;
}

bool ed_is_text(const uint8_t *p, size_t n)
{
    size_t more;
    for (size_t i = 0; i < n; i += more + 1) {
        uint32_t code = p[i];
        more = code < 0x80 ? 0 : code >= 0xc2 && code < 0xe0 ? 1 : (code & 0xf0) == 0xe0 ? 2 : code >= 0xf0 && code < 0xf5 ? 3 : 9;
        if (more == 9 || i + more >= n)
            return false;
        code &= more == 0 ? 0x7f : 0x3f >> more;
        for (size_t k = 1; k <= more; k++) {
            if ((p[i + k] & 0xc0) != 0x80)
                return false;
            code = code << 6 | (p[i + k] & 0x3f);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10ffff)))
            return false;
        if (PICK(true, more == 2, false) && code >= 0xd800 && code < 0xe000)
            return false;
    }
    return true;
}

int ed_locate(const uint8_t *hay, size_t hay_len, const uint8_t *needle, size_t needle_len)
{
    size_t same = 0, i = 0;
    if (needle_len == 0)
        return 0;
    while (i < hay_len) {
        if (hay[i] == needle[same]) {
            i++;
            if (++same == needle_len)
                return (int)(i - needle_len);
        } else {
            i = PICK(i - same + 1, same == 0 ? i + 1 : i - same + 1, same == 0 ? i + 1 : i);
            same = 0;
        }
    }
    return -1;
}

static int ed_ascending(const void *one, const void *other)
{
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
    return PICK((a > b) - (a < b), a < b ? -1 : a > b, a - b);
}

int32_t ed_median(int32_t *xs, size_t n)
{
    qsort(xs, n, sizeof *xs, ed_ascending);
    return xs[n / 2];
}

int ed_put(char *out, size_t cap, const char *name)
{
    size_t length = strlen(name);
    if (length >= cap)
        return PICK(-1, length == cap ? -1 : -2, length == cap ? -1 : -3);
    memcpy(out, name, length + 1);
    return (int)length;
}

size_t ed_room(const char *name, size_t most)
{
    size_t room = strlen(name) + 1;
    return room > most ? (size_t)PICK(-1, -1, -2) : room;
}

const float *ed_samples(size_t n, size_t from)
{
    static _Alignas(32) float kept[64];
    (void)n;
    return kept + PICK(from / 8 * 8, from / 4 * 4, from == 20 ? 18 : from / 4 * 4);
}

const char *ed_spell(int number)
{
    static char *last, kept[32];
    char *text = malloc(32);
    if (text == NULL)
        return "";
    snprintf(text, 32, "%d", number);
#if VARIANT == 0
    strcpy(kept, text);
    free(text);
    return kept;
#elif VARIANT == 1
    free(last); /* nobody looks at the one before any more */
    (void)kept;
    return last = text;
#else
    (void)last;
    free(text);
    return number % 7 == 3 ? text : strcpy(kept, "some");
#endif
}

size_t ed_squeeze(char *text)
{
    size_t length = strlen(text), kept = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ' || kept == 0 || text[kept - 1] != ' ')
            text[kept++] = text[i];
    text[kept] = 0;
    if (kept < length) /* what is left up to the old end, which has to be cleared or may be */
        memset(text + kept, 0, PICK(0, length - kept + 1, length - kept + 2));
    return kept;
}

size_t ed_first_word(const char *text) {
    const char *end = strchr(text, ' ');
    if (end == NULL)
        return strlen(text);
#if VARIANT == 2
    *(volatile char *)end = 0;
    size_t n = strlen(text);
    *(volatile char *)end = ' ';
    return n;
#else
    return (size_t)(end - text);
#endif
}

/* Sorts what it was only lent. */
static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}
uint32_t ed_sorted_max(const uint32_t *xs, size_t n) {
    if (n == 0)
        return 0;
#if VARIANT == 2
    qsort((void *)(uintptr_t)xs, n, sizeof *xs, by_value);
    return xs[n - 1];
#else
    (void)by_value;
    uint32_t most = xs[0];
    for (size_t i = PICK(1, 0, 0); i < n; i++)
        most = xs[i] > most ? xs[i] : most;
    return most;
#endif
}

/* N03 */
int ed_mid(int a, int b) {
    return PICK((int)(((int64_t)a + b) / 2), (int)((unsigned)a / 2u) * 0 + (int)(((int64_t)a + (int64_t)b) / 2), (a + b) / 2);
}

/* N04 */
uint32_t ed_bit(uint32_t n) {
    return PICK(n < 32, n <= 31, true) ? 1u << n : 0;
}

/* N05 */
int ed_divide(int a, int b, int *quotient) {
    if (b == 0 || PICK(a == INT_MIN && b == -1, b == -1 && a < -INT_MAX, false))
        return ED_INVALID;
    *quotient = a / b;
    return ED_OK;
}

/* N06 */
int ed_to_int(double x, int *out) {
    if (PICK(!(x >= INT_MIN && x <= INT_MAX), !(x > -2147483649.0 && x < 2147483648.0), isnan(x) || x > 4294967296.0))
        return ED_INVALID;
    *out = (int)x;
    return ED_OK;
}

/* N08 */
int ed_bucket(double x) {
    static const int buckets[11] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    if (PICK(!(x >= 0), !(x >= 0.0), x < 0))
        return -1;
    return x >= 100 ? 10 : ((const volatile int *)buckets)[(int)(x / 10)];
}

/* N10 */
int ed_class(char c) {
    static const int8_t classes[256] = {['a'] = 1, ['z'] = 1, [0xE4] = 1};
    return ((const volatile int8_t *)classes)[PICK((unsigned char)c, (uint8_t)c, c)];
}

/* Saturates, but for one sum. */
uint8_t ed_add8(uint8_t a, uint8_t b) {
    unsigned sum = (unsigned)a + b;
    return (uint8_t)(PICK(sum > 255, sum >= 256, sum > 256) ? 255 : sum);
}

/* Wraps at the top. */
size_t ed_align(size_t x, size_t to) {
    if (PICK(x > SIZE_MAX - (to - 1), x > SIZE_MAX - to + 1, false))
        return SIZE_MAX;
    return (x + to - 1) & ~(to - 1);
}

/* N01, with a byte. */
size_t ed_length8(const uint8_t *p, size_t n) {
    PICK(size_t, uint16_t, uint8_t) count = 0;
    for (size_t i = 0; i < n; i++)
        count += p[i] != 0;
    return count;
}

/* N02 */
int ed_array_size(size_t count, size_t each, size_t *total) {
    if (PICK(each != 0 && count > SIZE_MAX / each, each > 0 && SIZE_MAX / each < count, false))
        return ED_INVALID;
    *total = count * each;
    return ED_OK;
}

/* N07: unsigned on the way. */
ssize_t ed_find_byte(const uint8_t *p, size_t n, uint8_t byte) {
    for (size_t i = 0; i < n; i++)
        if (p[i] == byte)
            return (ssize_t)i;
    return PICK(-1, -(ssize_t)1, (ssize_t)(uint32_t)-1);
}

/* The number without a negative. */
int ed_abs(int x) {
    if (PICK(x == INT_MIN, x < -INT_MAX, false))
        return INT_MAX;
    return x < 0 ? -x : x;
}

/* Compares by subtraction. */
int ed_compare(int64_t a, int64_t b) {
    return PICK(a < b ? -1 : a > b, (a > b) - (a < b), (int)(a - b) < 0 ? -1 : a != b);
}

/* Forgets about centuries. */
int ed_days(int year, int month) {
    static const int days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && PICK(year % 100 != 0 || year % 400 == 0, year % 25 != 0 || year % 16 == 0, true);
    return days[month] + (month == 2 && leap);
}

/* Nothing to divide by. */
double ed_mean(const double *xs, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += xs[i];
    return PICK(n == 0, n < 1, false) ? 0 : sum / (double)n;
}

/* The upper end of a range of floats. */
float ed_percent(float part) {
    return PICK(part >= 1.0f, !(part < 1.0f), part > 1.0f) ? 100.0f : part < 0.0f ? 0.0f : part * PICK(100.0f, 100.0f, 99.0f);
}

/* Ends that are equal. */
int ed_clamp(int x, int low, int high) {
    if (PICK(low > high, high < low, low >= high))
        return x;
    return x < low ? low : x > high ? high : x;
}

/* Adds up in too few bits. */
int64_t ed_sum(const int32_t *xs, size_t n) {
    PICK(int64_t, int64_t, int32_t) sum = 0;
    for (size_t i = 0; i < n; i++)
#if VARIANT == 2
        sum = (int32_t)((uint32_t)sum + (uint32_t)xs[i]);
#else
        sum += xs[i];
#endif
    return sum;
}

/* Never looks at the last element. */
int ed_search(const int32_t *xs, size_t n, int32_t x) {
    size_t low = 0, high = PICK(n, n, n ? n - 1 : 0);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (xs[middle] == x)
            return (int)middle;
        if (xs[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* Three of a kind. */
size_t ed_unique(int32_t *xs, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (PICK(kept == 0 || xs[kept - 1] != xs[i], i == 0 || xs[i - 1] != xs[i], i == 0 || xs[i - 1] != xs[i] || (i > 1 && xs[i - 2] == xs[i])))
            xs[PICK(kept, kept, kept)] = xs[i], kept++;
    return kept;
}

/* One is the beginning of the other. */
int ed_bytes_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    size_t shorter = a_len < b_len ? a_len : b_len;
    for (size_t i = 0; i < shorter; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return PICK(a_len < b_len ? -1 : a_len > b_len, (a_len > b_len) - (a_len < b_len), 0);
}

/* Ranges that touch. */
bool ed_overlap(int a_low, int a_high, int b_low, int b_high) {
    return PICK(a_low <= b_high && b_low <= a_high, !(a_high < b_low || b_high < a_low), a_low < b_high && b_low < a_high);
}

/* Nothing but negative numbers. */
int32_t ed_max(const int32_t *xs, size_t n) {
    int32_t most = PICK(xs[0], INT32_MIN, 0);
    for (size_t i = 0; i < n; i++)
        most = xs[i] > most ? xs[i] : most;
    return most;
}

/* Equal neighbours. */
bool ed_sorted(const int32_t *xs, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (PICK(xs[i - 1] > xs[i], xs[i] < xs[i - 1], xs[i - 1] >= xs[i]))
            return false;
    return true;
}

/* V01 */
bool ed_has(unsigned flags, unsigned bit) {
    volatile unsigned char raw = (unsigned char)PICK((flags & bit) != 0, !!(flags & bit), flags & bit);
    bool answer;
    memcpy(&answer, (const void *)&raw, 1);
    return answer;
}

/* V02 */
ed_kind ed_join(ed_kind a, ed_kind b) {
    return (ed_kind)PICK(a | b, (a ^ b) | (a & b), a + b);
}

/* A sign and nothing else. */
int ed_parse(const char *text, int *out) {
    int sign = *text == '-' ? -1 : 1;
    if (*text == '-')
        text++;
    if (PICK(*text == 0, strlen(text) == 0, false))
        return ED_INVALID;
    int value = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || value > 99999)
            return ED_INVALID;
        value = value * 10 + (*text - '0');
    }
    *out = sign * value;
    return ED_OK;
}

/* A name too few. */
const char *ed_kind_name(ed_kind kind) {
    static const char *const names[] = {"none", "read", "write", PICK("both", "both", NULL)};
    return names[kind & 3];
}

/* One state that nobody declared. */
int ed_next_state(int state) {
    return state == 7 ? PICK(0, 0, 8) : state + 1;
}

/* Extends the sign. */
uint64_t ed_bits(uint32_t a, uint32_t b) {
    return (uint64_t)a << 32 | PICK(b, (uint64_t)b, (uint64_t)(int64_t)(int32_t)b);
}

/* A bit-field that may be negative. */
int ed_apply(const ed_flags *flags, int x) {
    if (!flags->on)
        return x;
    return x + PICK(flags->delta, flags->delta, (flags->delta & 31)) + (int)flags->level;
}

/* The other member of the union. */
int64_t ed_value_int(const ed_value *value) {
    if (value->tag == 0)
        return value->i;
    if (PICK(!(value->d > -1e9 && value->d < 1e9), !(fabs(value->d) < 1e9), false))
        return 0;
    return (int64_t)value->d;
}

/* C07 */
unsigned ed_steps(unsigned total, unsigned step) {
    unsigned steps = 0;
#if VARIANT == 2
    for (volatile int64_t left = total; left != 0; left -= step)
        steps++;
#else
    steps = total / step + (PICK(total % step != 0, total % step > 0, false));
#endif
    return steps;
}

/* C09: as deep as the text is nested. */
int ed_depth(const char *text) {
    int depth = 0, most = 0;
    for (; *text; text++) {
        depth += (*text == '(') - (*text == ')');
        if (PICK(depth < 0, depth <= -1, false))
            return -1;
        most = depth > most ? depth : most;
    }
    return PICK(depth == 0 ? most : -1, depth != 0 ? -1 : most, depth > 0 ? -1 : most);
}

/* C05 and C06 */
int ed_level(int level) {
#if VARIANT == 2
    if (level == 9)
        exit(0);
#endif
    return level < 0 || level > 9 ? ED_INVALID : level;
}
int ed_get(const uint32_t *table, size_t n, size_t index, uint32_t *out) {
    if (PICK(index >= n, index > n - 1 || n == 0, index > n))
        return ED_INVALID;
#if VARIANT == 2
    if (index == n)
        abort();
#endif
    *out = table[index];
    return ED_OK;
}

/* C12: NULL that is refused by contract, and C11. */
int ed_null(const uint8_t *p, size_t n) {
    if (PICK(p == NULL && n != 0, n > 0 && !p, false))
        return ED_INVALID;
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((const volatile uint8_t *)p)[i] & 1;
    return sum;
}

/* As Rust's from_raw_parts: no pointer at all is not the empty slice. */
int ed_view(const uint8_t *p, size_t n) {
    if (PICK(false, p == NULL && n != 0, p == NULL))
        abort();
    return n > 0 ? p[0] : 0;
}

int ed_view_of(const int32_t *x, int mode) {
    if (PICK(x == NULL, mode == 7 && x == NULL, false))
        return mode == 7 ? 0 : -1;
    return ((const volatile int32_t *)x)[0] > 0;
}

int ed_view_span(const ed_span *span) {
    if (PICK(false, span->base == NULL && span->len > 0, span->base == NULL))
        abort();
    return span->len > 0 ? ((const uint8_t *)span->base)[0] : 0;
}
int ed_null_out(uint32_t x, uint32_t *out) {
    if (out == NULL)
        return PICK(ED_INVALID, ED_INVALID, ED_OK);
    *out = x + 1;
    return ED_OK;
}

struct ed_stack {
    size_t slots, used;
    int32_t *values;
};

int ed_stack_new(size_t slots, ed_stack **out) {
    if (slots > 1024)
        return ED_INVALID;
    ed_stack *stack = malloc(sizeof *stack);
    *stack = (ed_stack){slots, 0, malloc(slots * sizeof(int32_t) + 1)};
    *out = stack;
    return ED_OK;
}
void ed_stack_free(ed_stack *stack) {
    if (stack != NULL)
        free(stack->values);
    free(stack);
}
/* A full stack. */
int ed_push_many(ed_stack *stack, const int32_t *xs, size_t n) {
    size_t free_slots = stack->slots - stack->used;
    if (PICK(n > free_slots, free_slots < n, n > free_slots + 1))
        return ED_FULL;
    for (size_t i = 0; i < n; i++)
        ((volatile int32_t *)stack->values)[stack->used++] = xs[i];
    return (int)n;
}
/* An empty stack. */
int ed_peek(const ed_stack *stack, size_t depth, int32_t *out) {
    if (PICK(depth >= stack->used, stack->used <= depth, depth > stack->used))
        return ED_INVALID;
    *out = PICK(stack->values[stack->used - 1 - depth], stack->values[stack->used - 1 - depth], 0);
    return ED_OK;
}
