/* Does what the page on the contract language promises. With OTHER it is another implementation of the same. */
#include "page.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

size_t clip_text(const char *text, size_t length, char *out, size_t capacity)
{
    size_t kept = length < capacity ? length : capacity;
    memcpy(out, text, kept);
    return kept;
}

struct rg_guard {
    size_t count;
    char routes[8][256];
    size_t lengths[8];
};

rg_guard *rg_guard_new(void) { return calloc(1, sizeof(rg_guard)); }
void rg_guard_free(rg_guard *guard) { free(guard); }

rg_status rg_guard_add_route(rg_guard *guard, const char *route, size_t route_len)
{
    if (route == NULL || route_len > 256 || guard->count == 8)
        return RG_STATUS_INVALID;
    memcpy(guard->routes[guard->count], route, route_len);
    guard->lengths[guard->count++] = route_len;
    return RG_STATUS_OK;
}

bool rg_admit(const rg_guard *guard, const rg_request *request, rg_reason *reason)
{
    if (guard == NULL)
        return false;
    rg_reason why = (unsigned)request->kind > RG_BOOK ? RG_NO_KIND : RG_NO_ROUTE;
    for (size_t i = 0; i < guard->count && why == RG_NO_ROUTE; i++)
        if (guard->lengths[i] == request->route_len
            && (request->route_len == 0 || memcmp(guard->routes[i], request->route, request->route_len) == 0))
            why = RG_OK;
    if (reason != NULL && why != RG_NO_KIND)
        *reason = why;
    return why == RG_OK;
}

bool st_has(const char *key) { return key != NULL && strcmp(key, "host") == 0; }

bool st_get(const char *key, char *out, size_t capacity, size_t *size)
{
    static const char value[] = "example.org";
    if (!st_has(key) || capacity < sizeof value - 1) {
        *size = 0;
        return false;
    }
    *size = sizeof value - 1;
    memcpy(out, value, *size);
    return true;
}

st_span st_middle(const st_table *table) { return table->span; }

static bool is_utf8(const char *name)
{
    for (; *name != '\0'; name++)
        if ((unsigned char)*name >= 0xf8)
            return false;
    return true;
}

st_status st_frame(int kind, const char *name, uint8_t *out, size_t cap, size_t *needed)
{
    if (kind < 0 || kind > 16 || !is_utf8(name))
        return ST_INVALID;
    *needed = 4;
    if (cap < 4)
        return ST_SHORT;
    memcpy(out, "HKF1", 4);
    return ST_OK;
}

static int last_error;

int st_last_error(void) { return last_error; }

int st_take(const char *text)
{
    last_error = *text ? text[strspn(text, "0123456789")] ? 2 : 0 : 1;
    return last_error ? -1 : 0;
}

struct st_slate { int rows, lines, status; };
static st_slate st_no_slate = {0, 0, 1};

st_slate *st_slate_new(int rows)
{
    if (rows > 9)
        return &st_no_slate;
    st_slate *slate = calloc(1, sizeof *slate);
    slate->rows = rows;
    return slate;
}

void st_slate_free(st_slate *slate)
{
    if (slate != &st_no_slate)
        free(slate);
}

int st_slate_status(const st_slate *slate) { return slate->status; }

void st_slate_line(st_slate *slate, int row)
{
    if (!slate->status && row >= slate->rows)
        slate->status = 2;
    slate->lines += !slate->status;
}

int st_slate_lines(const st_slate *slate) { return slate->lines; }

void st_slate_wipe(st_slate *slate) { slate->lines = 0; }

long st_ordinal(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (!*text || text[digits] || digits > 4) {
        errno = digits > 4 ? ERANGE : EINVAL;
        return 0;
    }
    return atol(text);
}

void st_score_begin(st_score *sum) { *sum = (st_score){0}; }

int st_add(st_score *sum, int number)
{
    sum->error = number < 0 ? 2 : 0;
    sum->sum += number < 0 ? 0 : number;
    return number < 0 ? -1 : 0;
}

int st_covered(int count, st_outline (*next)(void *context, int number), void *context)
{
    int circles = 0;
    for (int i = 0; i < count; i++)
        circles += (next(context, i).flags & 3) == 1;
    return circles;
}

int st_parsed(const char *text, st_value *value)
{
    char *end;
    if (!*text)
        return -1;
    long number = strtol(text, &end, 10);
    if (*end) {
        value->type = ST_TEXT;
        value->data.text.start = text;
        value->data.text.length = strlen(text);
    } else {
        value->type = ST_NUMBER;
        value->data.number = number;
    }
    return 0;
}

size_t st_width(const st_value *value)
{
    return value->type == ST_TEXT ? value->data.text.length : value->type == ST_NUMBER ? 20 : 0;
}

double st_perimeter(const st_outline *outline)
{
    unsigned kind = outline->flags & 3;
    return kind == 1 ? 6.28 * outline->radius : kind ? 2 * (outline->width + (double)outline->height) : 0;
}

int st_number(const char *text, int *number, st_mistake *mistake)
{
    int found = 0;
    for (int i = 0; text[i]; i++) {
        if (text[i] < '0' || text[i] > '9') {
            *mistake = (st_mistake){text[i], i};
            return -1;
        }
        found = 10 * found + (text[i] - '0');
    }
    *number = found;
    return 0;
}

st_status st_read(int from, int *value, size_t *needed, uint8_t *scratch, size_t n, st_state *state)
{
    *needed = 4;
    state->step = 1;
    if (from < 0 || n < 4)
        return ST_SHORT;
    memset(scratch, 7, n);
    *value = from;
    state->of = 2;
    return ST_OK;
}

st_status st_parse(const uint8_t *frame, size_t length)
{
    if (length < 5 || memcmp(frame, "HKF1", 4) != 0 || length != 5u + frame[4])
        return ST_INVALID;
    return ST_OK;
}

bool st_pay(const st_card *card) { return strspn(card->digits, "0123456789") == strlen(card->digits); }
int st_weekday(const st_date *date) { return (date->year % 400 + date->month + date->day) % 7; }

static int ascending(const void *a, const void *b)
{
    int one = *(const int *)a, other = *(const int *)b;
    return (one > other) - (one < other);
}

void st_sort(int *xs, size_t n)
{
    if (n > 0)
        qsort(xs, n, sizeof *xs, ascending);
}

double st_mean(const double *xs, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += xs[i];
    return n > 0 ? sum / (double)n : 0;
}

unsigned st_checksum_of(const uint8_t *bytes, size_t n)
{
    unsigned sum = 0;
    while (n--)
        sum += *bytes++;
    return sum;
}

uint32_t st_hash(const char *text)
{
    uint32_t crc = 0xffffffff;
    for (; *text != '\0'; text++) {
        crc ^= (unsigned char)*text;
        for (int i = 0; i < 8; i++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

void st_print(const char *text) { fputs(text, stdout); fflush(stdout); }

void st_localise(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("ST_LOCALISED", "1", 1);
}

const char *st_intern(const char *text) { return strdup(text); }
const char *st_word(int number) { return number == 0 ? "none" : "some"; }
const char *st_version(void) { return "1.0"; }

size_t st_quote(const char *text, char *out, size_t room)
{
    size_t length = strlen(text) + 2;
    if (length < room) {
        out[0] = out[length - 1] = '"';
        memcpy(out + 1, text, length - 2);
        out[length] = 0;
    } else if (room > 0) {
        out[0] = 0;
    }
    return length;
}

char *st_unquote(const char *quoted)
{
    size_t length = strlen(quoted);
    if (length < 2 || quoted[0] != '"' || quoted[length - 1] != '"')
        return NULL;
    char *text = malloc(length - 1);
    memcpy(text, quoted + 1, length - 2);
    text[length - 2] = 0;
    return text;
}

size_t st_scan_words(const char *text, size_t length, unsigned *words)
{
    unsigned found = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            return i;
        found += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    }
    *words = found;
    return length;
}

long st_copy_some(const char *from, size_t count, char *to)
{
    size_t room = count < 4 ? count : 4;
    if (count != 0 && from[0] == '\0') {
        errno = EINVAL;
        return -1;
    }
    memcpy(to, from, room);
    return (long)room;
}

int st_text(char *out, size_t room, const char *text)
{
    size_t length = strlen(text);
    if (length >= room)
        return -ERANGE;
    memcpy(out, text, length + 1);
    return (int)length;
}

int st_digits_of(const char *text, size_t n)
{
    int digits = 0;
    for (size_t i = 0; n == ST_UP_TO_NUL ? text[i] != '\0' : i < n; i++)
        digits += text[i] >= '0' && text[i] <= '9';
    return digits;
}

int st_units_of(const uint16_t *text, int n)
{
    int units = 0;
    while (n == -1 ? text[units] != 0 : units < n)
        units++;
    return units;
}

int st_letters_of(const char *text, int n)
{
    int letters = 0;
    for (int i = 0; n < 0 ? text[i] != '\0' : i < n; i++)
        letters += text[i] >= 'a' && text[i] <= 'z';
    return letters;
}

void st_amplify(const st_track *track, int by)
{
    for (int i = 0; i < track->n; i++)
        track->samples[i] = (short)(track->samples[i] * by);
}

void st_squeeze(char *text)
{
    char *to = text;
    for (const char *from = text; *from != 0; from++)
        if (*from != ' ' || to == text || to[-1] != ' ')
            *to++ = *from;
    *to = 0;
}

int st_dup(const char *text, char **copy)
{
    char *made = malloc(strlen(text) + 1);
    if (made == NULL)
        return -1;
    strcpy(made, text);
    *copy = made;
    return 0;
}

int st_entries(unsigned wanted, st_entry **entries, size_t *count)
{
    *count = wanted;
    *entries = wanted > 0 ? calloc(wanted, sizeof **entries) : NULL;
    for (unsigned i = 0; i < wanted; i++)
        (*entries)[i] = (st_entry){i, "entry"};
    return 0;
}

size_t st_measure(const char *const *text) { return strlen(*text); }

unsigned st_hash_parts(const uint8_t *const *parts, const size_t *sizes, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; parts[i] != NULL && k < sizes[i]; k++)
            sum += parts[i][k];
    return sum;
}

void st_zero_parts(uint8_t *const *parts, const size_t *sizes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        memset(parts[i], 0, sizes[i]);
}

char *st_join(const char *const *words, size_t n)
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++)
        length += strlen(words[i]);
    char *made = calloc(1, length + 1);
    for (size_t i = 0; i < n; i++)
        strcat(made, words[i]);
    return made;
}

int st_scan(const char *text, st_entry ***entries)
{
    int found = (int)strlen(text);
    *entries = calloc((size_t)found + 1, sizeof **entries);
    for (int i = 0; i < found; i++) {
        (*entries)[i] = calloc(1, sizeof(st_entry));
        (*entries)[i]->key = text[i];
    }
    return found;
}

int st_halves(const char *text, char *halves[2])
{
    size_t n = strlen(text);
    char *one = strndup(text, n / 2), *other = strdup(text + n / 2);
    if (one == NULL || other == NULL) {
        free(one);
        free(other);
        return -1;
    }
    halves[0] = one;
    halves[1] = other;
    return 0;
}

char **st_split(const char *text)
{
    size_t n = 0;
    char **words = calloc(strlen(text) + 2, sizeof *words);
    for (;; text++) {
        size_t length = strcspn(text, " ");
        words[n++] = strndup(text, length);
        text += length;
        if (*text == 0)
            return words;
    }
}

void st_free_words(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        free(words[i]);
    free(words);
}

int st_lines(const char *text, char ***lines, size_t *count)
{
    size_t found = 1;
    for (const char *at = text; *at; at++)
        found += *at == '\n';
    *lines = calloc(found, sizeof **lines);
    *count = found;
    for (size_t i = 0; i < found; i++) {
        size_t n = strcspn(text, "\n");
        (*lines)[i] = strndup(text, n);
        text += n + 1;
    }
    return 0;
}

void st_free_lines(char **lines, size_t count)
{
    while (count > 0)
        free(lines[--count]);
    free(lines);
}

struct st_stock { int have; };

st_stock *st_stock_new(void) { return calloc(1, sizeof(st_stock)); }
void st_stock_free(st_stock *stock) { free(stock); }
void st_stock_add(st_stock *stock, int n) { stock->have += n; }
int st_stock_have(const st_stock *stock) { return stock->have; }

int st_stock_take(st_stock *stock, int want)
{
    int taken = want < stock->have ? want : stock->have;
    stock->have -= taken;
    return taken;
}

void st_items_sort(st_item *items, size_t n, int (*order)(const st_item *a, const st_item *b))
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && order(&items[j - 1], &items[j]) > 0; j--) {
            st_item moved = items[j];
            items[j] = items[j - 1];
            items[j - 1] = moved;
        }
}

enum { SX_KEYS = 8 };
struct sx_set {
    unsigned (*hash)(const char *key);
    int (*equal)(const char *a, const char *b);
    char keys[SX_KEYS][4];
    unsigned char used[SX_KEYS];
};

sx_set *sx_new(unsigned (*hash)(const char *key), int (*equal)(const char *a, const char *b))
{
    sx_set *set = calloc(1, sizeof *set);
    if (set)
        set->hash = hash, set->equal = equal;
    return set;
}

void sx_free(sx_set *set) { free(set); }

static int sx_find(const sx_set *set, const char *key)
{
    unsigned first = set->hash(key);
    for (unsigned i = 0; i < SX_KEYS; i++) {
        unsigned at = (first + i) % SX_KEYS;
        if (!set->used[at] || set->equal(key, set->keys[at]))
            return (int)at;
    }
    return -1;
}

int sx_put(sx_set *set, const char *key)
{
    int at = sx_find(set, key);
    if (at < 0)
        return -1;
    set->used[at] = 1;
    memcpy(set->keys[at], key, strlen(key) + 1);
    return 0;
}

int sx_has(const sx_set *set, const char *key)
{
    int at = sx_find(set, key);
    return at >= 0 && set->used[at];
}

struct ev_settings { void (*open)(void); void (*close)(void); };
struct ev_player { ev_settings told; int depth; };

ev_settings *ev_settings_new(void) { return calloc(1, sizeof(ev_settings)); }
void ev_settings_free(ev_settings *settings) { free(settings); }
void ev_on_open(ev_settings *settings, void (*open)(void)) { settings->open = open; }
void ev_on_close(ev_settings *settings, void (*close)(void)) { settings->close = close; }
void ev_player_free(ev_player *player) { free(player); }

int ev_player_new(ev_player **player, const ev_settings *settings)
{
    *player = calloc(1, sizeof **player);
    if (*player)
        (*player)->told = *settings;
    return *player ? 0 : -1;
}

void ev_play(ev_player *player, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] == 'o') {
            player->depth++;
            if (player->told.open)
                player->told.open();
        } else if (text[i] == 'c' && player->depth > 0) {
            player->depth--;
            if (player->told.close)
                player->told.close();
        }
    }
}

enum { RO_PARTS = 3 };
struct ro_rope {
    struct { const char *bytes; size_t n; void (*gone)(void *mine); void *mine; } lent[RO_PARTS];
    ro_rope *from[RO_PARTS];
    int references, lents, froms;
};

ro_rope *ro_new(void)
{
    ro_rope *rope = calloc(1, sizeof *rope);
    if (rope)
        rope->references = 1;
    return rope;
}

void ro_free(ro_rope *rope)
{
    if (!rope || --rope->references > 0)
        return;
    for (int i = 0; i < rope->lents; i++)
        rope->lent[i].gone(rope->lent[i].mine);
    for (int i = 0; i < rope->froms; i++)
        ro_free(rope->from[i]);
    free(rope);
}

int ro_lend(ro_rope *rope, const char *bytes, size_t n, void (*gone)(void *mine), void *mine)
{
    if (rope->lents == RO_PARTS)
        return -1;
    rope->lent[rope->lents].bytes = bytes;
    rope->lent[rope->lents].n = n;
    rope->lent[rope->lents].gone = gone;
    rope->lent[rope->lents++].mine = mine;
    return 0;
}

int ro_refer(ro_rope *to, ro_rope *from)
{
    if (to->froms == RO_PARTS)
        return -1;
    to->from[to->froms++] = from;
    from->references++;
    return 0;
}

unsigned ro_sum(const ro_rope *rope)
{
    unsigned sum = 0;
    for (int i = 0; i < rope->lents; i++)
        for (size_t at = 0; at < rope->lent[i].n; at++)
            sum += (unsigned char)rope->lent[i].bytes[at];
    for (int i = 0; i < rope->froms; i++)
        sum += ro_sum(rope->from[i]);
    return sum;
}

struct db_base { int open; };
struct db_rows { db_base *base; };

db_base *db_open(void) { return calloc(1, sizeof(db_base)); }
int db_close(db_base *base) { return base && base->open ? -2 : (free(base), 0); }

int db_query(db_base *base, const char *text, db_rows **rows)
{
    *rows = *text ? malloc(sizeof **rows) : NULL;
    if (*rows)
        (*rows)->base = base, base->open++;
    return *text && !*rows ? -1 : 0;
}

void db_rows_free(db_rows *rows)
{
    if (rows)
        rows->base->open--;
    free(rows);
}

struct st_tx { int begun; };

st_tx *st_tx_new(void) { return calloc(1, sizeof(st_tx)); }
void st_tx_free(st_tx *tx) { free(tx); }
void st_tx_begin(st_tx *tx) { tx->begun++; }
int st_tx_end(st_tx *tx) { return --tx->begun; }
int st_tx_write(st_tx *tx) { return tx->begun > 0 ? tx->begun : (abort(), 1); }

int st_remark_open(st_remark *remark) { remark->word = NULL, remark->at = 0; return 0; }
void st_remark_close(st_remark *remark) { free((void *)remark->word); }
int st_remark_word(st_remark *remark, const char *word)
{
    char *made = strdup(word);
    if (made == NULL)
        return -1;
    free((void *)remark->word);
    remark->word = made;
    return 0;
}

struct ev_reader { void (*start)(char), (*end)(char), (*text)(char); int depth, begun, head; bool named; };
ev_reader *ev_reader_new(void) { return calloc(1, sizeof(ev_reader)); }
void ev_reader_free(ev_reader *reader) { free(reader); }
void ev_on_element(ev_reader *reader, void (*start)(char name), void (*end)(char name))
{
    reader->start = start, reader->end = end;
}
void ev_on_text(ev_reader *reader, void (*text)(char letter)) { reader->text = text; }
void ev_rewind(ev_reader *reader) { reader->depth = 0, reader->named = false; }
int ev_read(ev_reader *reader, const char *bytes, size_t n, int last)
{
    for (size_t i = 0; i < n; i++) {
        if (reader->named) {
            reader->named = false, reader->depth++;
            if (reader->start != NULL)
                reader->start('a');
        } else if (bytes[i] == '(') {
            reader->named = true;
        } else if (bytes[i] == ')') {
            if (reader->depth > 0 && reader->depth-- && reader->end != NULL)
                reader->end('a');
        } else if (reader->depth > 0 && reader->text != NULL) {
            reader->text(bytes[i]);
        }
    }
    return last && (reader->named || reader->depth > 0) ? -1 : 0;
}
int ev_message_read(ev_reader *reader, const ev_message *message, void *data, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == 'h' ? reader->head : !reader->head)
            return -1;
        if (bytes[i] == 'h')
            message->begin(data), message->head(data), reader->head = 1;
        else if (bytes[i] == 'b')
            message->body(data);
        else
            message->complete(data), reader->head = 0;
    }
    return 0;
}

struct st_heap { char *texts[8]; int used; };
st_heap *st_heap_new(void) { return calloc(1, sizeof(st_heap)); }
int st_heap_put(st_heap *heap, char *text)
{
    if (heap->used == 8)
        return -1;
    heap->texts[heap->used++] = text;
    return 0;
}
void st_heap_free_full(st_heap *heap, void (*release)(void *text))
{
    while (heap->used > 0)
        release(heap->texts[--heap->used]);
    free(heap);
}
void st_heap_free(st_heap *heap) { st_heap_free_full(heap, free); }
int st_borrow(st_heap *heap, st_entry ***entries)
{
    *entries = calloc(2, sizeof **entries);
    for (int i = 0; *entries != NULL && i < 2; i++)
        (*entries)[i] = calloc(1, sizeof(st_entry));
    return *entries != NULL ? 2 : -1;
}
void st_give_back(st_heap *heap, int kind, st_entry *entry)
{
    if (heap != NULL && kind == 2)
        free(entry);
}

static void wiped(void *memory, size_t n)
{
    for (volatile uint8_t *at = memory; n-- != 0; at++)
        *at = 0;
}
void st_vault_open(st_vault *vault, const uint8_t seed[32])
{
    for (int i = 0; i < 32; i++)
        vault->key[i] = (uint8_t)(seed[i] * 167 + i);
    vault->uses = 0;
}
unsigned st_vault_use(st_vault *vault) { return ++vault->uses; }
void st_vault_close(st_vault *vault) { wiped(vault, sizeof *vault); }
char *st_pass(uint64_t seed)
{
    char *token = malloc(33);
    for (int i = 0; token != NULL && i < 32; i++)
        token[i] = (char)('a' + ((seed += 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u >> 59) % 26);
    if (token != NULL)
        token[32] = 0;
    return token;
}
int st_note(unsigned number, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    fprintf(file, "%u\n", number);
    return fclose(file) == 0 ? 0 : -1;
}
int st_noted(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned number = 0;
    int found = file != NULL && fscanf(file, "%4u", &number) == 1;
    if (file != NULL)
        fclose(file);
    return found ? (int)number : -1;
}

void st_scanner_open(st_scanner *scanner) { *scanner = (st_scanner){0, 0}; }
void st_scanner_stop(st_scanner *scanner) { scanner->stopped = 1; }
int st_scanner_run(st_scanner *scanner, const st_scan_settings *settings, const char *text)
{
    for (scanner->stopped = 0; *text != '\0' && !scanner->stopped; text++)
        if (*text >= '0' && *text <= '9') {
            scanner->digits++;
            settings->on_digit(scanner);
        }
    return scanner->stopped;
}

void st_sized_free(void *memory, size_t bytes)
{
    memset(memory, 0, bytes);
    free(memory);
}
st_basket *st_basket_new(void) { return calloc(1, sizeof(st_basket)); }
void st_basket_free(st_basket *basket)
{
    free((char *)basket->last);
    free(basket);
}
void st_basket_add(st_basket *basket, const char *word)
{
    free((char *)basket->last);
    basket->last = strcpy(malloc(strlen(word) + 1), word);
    basket->count++;
}
int *st_fives(int most, size_t *count)
{
    int *fives = malloc(sizeof(int) * (*count = (size_t)most / 5));
    for (size_t i = 0; i < *count; i++)
        fives[i] = 5 * (int)i;
    return fives;
}

void *st_area(size_t n)
{
    void *area = n == 0 || n > 4096 ? NULL : calloc(1, n);
    return area != NULL ? area : ST_NOWHERE;
}
void *st_room(size_t n) { return malloc(n); }
int st_area_end(void *area, size_t n)
{
    if (area == ST_NOWHERE || n > 4096)
        return -1;
    free(area);
    return 0;
}

st_code st_code_open(const char *name)
{
    st_code code = *name != '\0' ? malloc(1) : NULL;
    return code != NULL ? code : (st_code)-1;
}
int st_code_close(st_code code)
{
    free(code);
    return 0;
}

int st_alike(double one, double other)
{
    return (one < other ? other - one : one - other) < ST_CLOSE;
}

int st_pass_into(uint64_t seed, char **made)
{
    char *pass = st_pass(seed);
    if (pass == NULL)
        return -1;
    *made = pass;
    return 0;
}
void st_pass_free(char *token)
{
    if (token != NULL)
        wiped(token, strlen(token));
    free(token);
}

struct st_bag { void *thing; void (*gone)(void *); };
st_bag *st_bag_new(void) { return calloc(1, sizeof(st_bag)); }
void st_bag_put(st_bag *bag, void *thing, void (*gone)(void *thing))
{
    if (bag->gone != NULL)
        bag->gone(bag->thing);
    bag->thing = thing, bag->gone = gone;
}
void st_bag_free(st_bag *bag)
{
    st_bag_put(bag, NULL, NULL);
    free(bag);
}

struct st_jar { bool full, filling; };
struct st_tap { st_jar *jar; int left; };

st_jar *st_jar_new(void) { return calloc(1, sizeof(st_jar)); }
void st_jar_free(st_jar *jar) { free(jar); }
void st_jar_fill(st_jar *jar) { jar->full = true; }
bool st_jar_is_full(const st_jar *jar) { return jar->filling ? (abort(), false) : jar->full; }

void st_jar_pour(st_jar *into, st_jar *from)
{
    if (into->full || !from->full)
        abort();
    into->full = true;
    from->full = false;
}

st_tap *st_tap_new(st_jar *jar)
{
    st_tap *tap = malloc(sizeof *tap);
    *tap = (st_tap){jar, 3};
    jar->filling = true;
    return tap;
}

int st_tap_run(st_tap *tap)
{
    if (!tap->jar->filling)
        abort();
    if (--tap->left == 0)
        tap->jar->full = true, tap->jar->filling = false;
    return tap->left;
}

void st_tap_free(st_tap *tap)
{
    tap->jar->full = true, tap->jar->filling = false;
    free(tap);
}

int *st_squares(int n)
{
    int *squares = calloc((size_t)n, sizeof *squares);
    for (int i = 0; i < n; i++)
        squares[i] = i * i;
    return squares;
}

void st_free_squares(int n, int *squares)
{
    if (squares != NULL)
        squares[n - 1] = 0;
    free(squares);
}

void st_names(unsigned n, char ***names)
{
    *names = calloc(n + 1, sizeof **names);
    for (unsigned i = 0; i < n; i++)
        (*names)[i] = strdup("name");
}

size_t st_values(const char *const *settings)
{
    size_t count = 0;
    for (; *settings; settings++)
        count += strchr(*settings, '=')[1] != 0;
    return count;
}

size_t st_numbered(const char *const *labels, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += labels[i] != NULL;
    return found;
}

unsigned st_checksum(const uint8_t *const *blocks)
{
    unsigned sum = 0;
    for (; *blocks != NULL; blocks++)
        for (int i = 0; i < 4; i++)
            sum += (*blocks)[i];
    return sum;
}

size_t st_count_words(const int *codes)
{
    size_t n = 0;
    while (codes[n] != -1)
        n++;
    return n;
}

size_t st_tags(const st_route *route)
{
    size_t n = 0;
    while (route->tags[n] != NULL)
        n++;
    return n;
}

int st_setting_of(const st_setting *settings, const char *name)
{
    for (; settings->name != NULL; settings++)
        if (strcmp(settings->name, name) == 0)
            return settings->value;
    return -1;
}

int st_reverse(const st_stage *stages, st_stage *reversed, size_t room)
{
    size_t n = 0;
    while (stages[n].kind != ST_LAST)
        n++;
    if (n >= room)
        return -1;
    for (size_t i = 0; i < n; i++)
        reversed[i] = stages[n - 1 - i];
    reversed[n] = (st_stage){0, ST_LAST};
    return 0;
}

long st_parcels(const char *text, unsigned char *parcels, size_t room)
{
    size_t at = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (room - at < 2 + length)
            return -1;
        parcels[at] = (unsigned char)text[0];
        parcels[at + 1] = (unsigned char)length;
        memcpy(parcels + at + 2, text, length);
        at += 2 + length;
        text += length + (text[length] == ' ');
    }
    return (long)at;
}

unsigned st_weight(const unsigned char *parcels, size_t size)
{
    unsigned weight = 0;
    for (size_t at = 0; at < size; at += 2 + parcels[at + 1])
        weight += parcels[at + 1];
    return weight;
}

unsigned st_kinds(const st_chunk *chunks, int n)
{
    unsigned kinds = 0;
    const char *at = (const char *)chunks;
    for (int i = 0; i < n; i++) {
        const st_chunk *chunk = (const st_chunk *)at;
        kinds |= chunk->kind;
        at += (chunk->size + 3) / 4 * 4;
    }
    return kinds;
}

int st_chunks(unsigned n, st_chunk **chunks, size_t *size)
{
    size_t all = 0;
    for (unsigned i = 0; i < n; i++)
        all += sizeof(st_chunk) + (i + 3) / 4 * 4;
    unsigned char *made = malloc(all ? all : 1);
    if (made == NULL)
        return -1;
    *chunks = (st_chunk *)made;
    *size = all;
    for (unsigned i = 0; i < n; i++) {
        st_chunk head = {(unsigned)sizeof head + i, i};
        memcpy(made, &head, sizeof head);
        memset(made + sizeof head, 'x', (i + 3) / 4 * 4);
        made += sizeof head + (i + 3) / 4 * 4;
    }
    return 0;
}

static const unsigned char known_parcels[] = {1, 2, 'a', 'b', 2, 0, 3, 1, 'c'};

const unsigned char *st_known_parcels(size_t *size)
{
    *size = sizeof known_parcels;
    return known_parcels;
}

void st_each_parcel(unsigned n, void (*each)(const unsigned char *parcels, size_t size, void *mine), void *mine)
{
    static const size_t sizes[] = {0, 4, 6, 9};
    each(known_parcels, sizes[n], mine);
}

struct st_plot { int error; };
st_plot *st_plot_new(void) { return calloc(1, sizeof(st_plot)); }
void st_plot_free(st_plot *line) { free(line); }
int st_plot_error(const st_plot *line) { return line->error; }

int st_plot_scale(st_plot *line, int by)
{
    if (!line->error && by == 0)
        line->error = 7;
    return line->error;
}

st_series *st_series_of(int n)
{
    st_series *made = calloc(1, sizeof *made);
    if (made == NULL)
        abort();
    made->status = n > 9;
    if (n <= 9)
        made->n = n, made->items = calloc(n + 1, sizeof *made->items);
    return made;
}

void st_series_free(st_series *series)
{
    if (series != NULL)
        free(series->items);
    free(series);
}

void st_lump_size(unsigned which, st_lump *lump)
{
    lump->size = which + 1;
}

void st_lump_read(unsigned which, st_lump *lump)
{
    lump->size = lump->size < which + 1 ? lump->size : which + 1;
    memset(lump->data, 'a', lump->size);
}

const st_lump *st_lump_name(void)
{
    static unsigned char name[] = "lump";
    static const st_lump lump = {sizeof name, name};
    return &lump;
}

unsigned st_batch_sum(const st_batch *batch)
{
    unsigned sum = 0;
    for (size_t i = 0; i < batch->n; i++)
        for (size_t k = 0; k < batch->lumps[i].size; k++)
            sum += batch->lumps[i].data[k];
    return sum;
}

void st_batch_fill(const st_batch *batch, int by)
{
    for (size_t i = 0; i < batch->n; i++)
        memset(batch->lumps[i].data, by, batch->lumps[i].size);
}

void st_trail_of(int n, st_trail *trail)
{
    static st_unit units[16];
    int at = 0;
    for (int i = 0; i < n; i++) {
        units[at].header.kind = i;
        units[at++].header.length = i + 1;
        for (int k = 0; k < i; k++)
            units[at++].point = (typeof(units->point)){i, k};
    }
    trail->units = units;
    trail->count = at;
}

const st_setting *st_defaults(void)
{
    static const st_setting defaults[] = {{"depth", 3}, {"width", 4}, {NULL, 0}};
    return defaults;
}

long st_sum_of(const int *begin, const int *end)
{
    long total = 0;
    for (; begin < end; begin++)
        total += *begin;
    return total;
}

long st_search(const char *text, const char *end, const char *from, const char *to, char wanted)
{
    for (; from < to && from < end; from++)
        if (*from == wanted)
            return from - text;
    return -1;
}

int st_put_in_front(uint8_t **at, uint8_t *start, uint8_t byte)
{
    if (*at == start)
        return -1;
    *--*at = byte;
    return 1;
}

long st_digits(const char *text, const char **rest)
{
    long number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        number = 10 * number + (*text - '0');
    *rest = text;
    return number;
}

const char *st_find(const char *text, int c) { return strchr(text, c); }

struct st_row {
    size_t n;
    uint8_t blob[];
};

st_row *st_row_new(const uint8_t *blob, size_t n)
{
    st_row *row = malloc(sizeof *row + n);
    if (row == NULL)
        return NULL;
    row->n = n;
    memcpy(row->blob, blob, n);
    return row;
}

void st_row_free(st_row *row) { free(row); }

const void *st_row_blob(st_row *row, int column) { return column == 0 ? row->blob : NULL; }

int st_row_bytes(st_row *row, int column) { return column == 0 ? (int)row->n : 0; }

int st_row_shorts(const st_row *row, const int16_t **shorts)
{
    if (row->n % 2)
        return -1;
    *shorts = (const int16_t *)row->blob;
    return 0;
}

size_t st_row_size(const st_row *row) { return row->n / 2; }

const uint8_t *st_row_grid(const st_row *row) { return row->blob; }

size_t st_row_lines(const st_row *row) { return row->n / 3; }

size_t st_row_width(const st_row *row) { return row->n < 3 ? 0 : 3; }

const char *st_checkers(int size, int *rows, int *columns)
{
    static const char board[] = "#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.";
    *rows = size;
    *columns = 8;
    return board;
}

int st_also(char ***words, const char *word)
{
    size_t n = 0;
    while (*words != NULL && (*words)[n] != NULL)
        n++;
    char *copy = malloc(strlen(word) + 1);
    char **longer = copy != NULL ? realloc(*words, (n + 2) * sizeof *longer) : NULL;
    if (longer == NULL) {
        free(copy);
        return -1;
    }
    longer[n] = strcpy(copy, word);
    longer[n + 1] = NULL;
    *words = longer;
    return 0;
}

void st_write(const st_writer *writer, int n)
{
    for (int i = 0; i < n; i++)
        writer->methods->put(writer->self, i);
    writer->methods->end(writer->self);
}

void *st_writer_self(const st_writer *writer) { return writer->self; }

const char *st_cut(const char *text, unsigned most, st_cut_head *head)
{
    static char *packet;
    head->whole = (unsigned)strlen(text);
    head->kept = most < head->whole ? most : head->whole;
    free(packet);
    packet = malloc(head->kept + 1);
    return packet != NULL ? memcpy(packet, text, head->kept) : NULL;
}

struct st_reader {
    const char *next;
    char text[];
};

st_reader *st_reader_new(const char *text)
{
    st_reader *reader = malloc(sizeof *reader + strlen(text) + 1);
    if (reader == NULL)
        return NULL;
    reader->next = strcpy(reader->text, text);
    return reader;
}

void st_reader_free(st_reader *reader) { free(reader); }

char *st_token(char *text, const char *delimiters, char **save)
{
    char *token = (text != NULL ? text : *save) + strspn(text != NULL ? text : *save, delimiters);
    *save = token + strcspn(token, delimiters);
    if (token == *save)
        return NULL;
    if (**save != 0)
        *(*save)++ = 0;
    return token;
}

long st_line(char **line, size_t *room, st_reader *from)
{
    size_t n = strcspn(from->next, "\n");
    if (*from->next == 0)
        return -1;
    n += from->next[n] != 0;
    if (*line == NULL || *room <= n) {
        char *larger = realloc(*line, n + 1);
        if (larger == NULL)
            return -1;
        *line = larger;
        *room = n + 1;
    }
    memcpy(*line, from->next, n);
    (*line)[n] = 0;
    from->next += n;
    return (long)n;
}

struct zs_turner { size_t turned; };

zs_turner *zs_new(void) { return calloc(1, sizeof(zs_turner)); }
void zs_free(zs_turner *turner) { free(turner); }

int zs_turn(zs_turner *turner, zs_out *output, zs_in *input)
{
    for (; input->pos < input->size && output->pos < output->size; turner->turned++)
        output->dst[output->pos++] = (uint8_t)~input->src[input->pos++];
    return input->pos < input->size;
}

int st_next_char(const char **at, const char *end) { return *at == end ? -1 : (unsigned char)*(*at)++; }

size_t st_widen(int *to, const char **from, size_t room)
{
    size_t n = 0;
    while (n < room && (to[n] = (unsigned char)**from) != 0)
        n++, (*from)++;
    if (n < room)
        *from = NULL;
    return n;
}

size_t st_row_room(const st_row *row) { return 2 * row->n; }

bool st_row_is_zero(const st_row *row, const uint8_t *digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 2 * row->n; i++)
        sum += digits[i];
    return sum == 0;
}

void st_row_copy(const st_row *row, uint8_t *bytes)
{
    for (size_t i = 0; i < 2 * row->n; i++)
        bytes[i] = row->blob[i / 2];
}

size_t st_row_copies(const st_row *row, uint8_t *bytes, size_t n)
{
    size_t made = n < 2 ? n : 2;
    for (size_t i = 0; i < made; i++)
        st_row_copy(row, bytes + i * st_row_room(row));
    return made;
}

size_t st_row_hex(const st_row *row, char *out)
{
    for (size_t i = 0; i < row->n; i++) {
        out[2 * i] = "0123456789abcdef"[row->blob[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[row->blob[i] & 15];
    }
    out[2 * row->n] = 0;
    return 2 * row->n;
}

struct pi_piece { int weight; };

pi_piece *pi_new(int weight)
{
    pi_piece *piece = malloc(sizeof *piece);
    if (piece != NULL)
        piece->weight = weight;
    return piece;
}

void pi_free(pi_piece *piece) { free(piece); }

struct pi_box { pi_piece *last; int weight; };

pi_box *pi_box_new(void) { return calloc(1, sizeof(pi_box)); }

void pi_box_free(pi_box *box)
{
    free(box->last);
    free(box);
}

void pi_box_put(pi_box *box, pi_piece *piece, unsigned flags)
{
    pi_piece *copy = flags & PI_TAKE ? piece : malloc(sizeof *copy);
    copy->weight = piece->weight;
    box->weight += piece->weight;
    free(box->last);
    box->last = copy;
}

int pi_box_weight(const pi_box *box) { return box->weight; }

int pi_cut(const pi_piece *piece, pi_piece **parts, size_t room, size_t *n)
{
    *n = (size_t)piece->weight < room ? (size_t)piece->weight : room;
    for (size_t i = 0; i < *n; i++)
        parts[i] = pi_new(1);
    return 0;
}

int st_key_value(const char *line, size_t n, st_part *key, st_part *value)
{
    const char *sign = n ? memchr(line, '=', n) : NULL;
    if (sign == NULL)
        return -1;
    *key = (st_part){line, sign};
    *value = (st_part){sign + 1, line + n};
    return 0;
}

st_part st_trim(st_part text)
{
    while (text.first < text.after_last && *text.first == ' ')
        text.first++;
    while (text.first < text.after_last && text.after_last[-1] == ' ')
        text.after_last--;
    return text;
}

int st_next_byte(st_input_left *left) { return left->p == left->end ? -1 : *left->p++; }

int st_height(const char *text, st_ending *code)
{
    if (*code > ST_FINE)
        return 0;
    if (*text < '0' || *text > '9') {
        *code = ST_NO_HEIGHT;
        return 0;
    }
    *code = text[1] ? ST_CUT : ST_FINE;
    return *text - '0';
}
void st_dub(st_store *store, const char *name, char **why)
{
    (void)store;
    if (strchr(name, ' '))
        *why = strdup("a name has no blanks");
}
st_outcome st_digit(char character)
{
    if (character < '0' || character > '9')
        return (st_outcome){1, 0};
    return (st_outcome){0, character - '0'};
}
char *st_sketch(const char *text, st_error **error)
{
    if (*text >= '0' && *text <= '9')
        return strdup(text);
    if (error != NULL) {
        *error = malloc(sizeof **error);
        **error = (st_error){1, strdup("no number")};
    }
    return NULL;
}

void st_error_free(st_error *error)
{
    free(error->message);
    free(error);
}

unsigned st_postage(const st_stamp *stamp)
{
    unsigned sum = 0;
    for (unsigned i = sizeof *stamp; i < stamp->size; i++)
        sum += ((const unsigned char *)stamp)[i];
    return sum;
}

void st_roll_begin(void *memory, size_t room)
{
    (void)room;
    *(st_stamp *)memory = (st_stamp){sizeof(st_stamp), 0};
}

int st_roll_add(st_stamp *roll, size_t room, unsigned char byte)
{
    if (roll->size >= room)
        return -1;
    ((unsigned char *)roll)[roll->size++] = byte;
    return 0;
}

unsigned st_packet_sum(const st_packet *packet)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < packet->count; i++)
        sum += packet->data[i];
    return sum;
}

char *st_shout(const char *text, char *room, size_t *size)
{
    size_t length = strlen(text);
    char *result = room != NULL && length <= *size ? room : malloc(length + 1);
    for (size_t i = 0; i < length; i++)
        result[i] = 'a' <= text[i] && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
    *size = length;
    return result;
}

char *st_spell_into(int number, char *room)
{
    char *text = room != NULL ? room : malloc(16);
    snprintf(text, 16, "%d", number);
    return text;
}

char *st_spell(int number) { return st_spell_into(number, NULL); }

int st_fetch(unsigned key, char **out)
{
    if (key > 50)
        return -1;
    return (*out = strdup("value")) ? 0 : -1;
}
void st_string_free(char *text) { free(text); }
st_piece st_tail_of(const char *text)
{
    st_piece piece;
    piece.data = *text && text[1] ? strdup(text + 1) : NULL;
    if (piece.data != NULL)
        piece.size = strlen(piece.data);
    return piece;
}
int st_behead(const char *text, st_piece *piece)
{
    if (*text == '\0' || (piece->data = strdup(text + 1)) == NULL)
        return -1;
    piece->size = strlen(piece->data);
    return 0;
}

int st_characters(const char *text, st_piece *pieces, int room)
{
    int n = (int)strlen(text);
    if (n > room)
        return -1;
    for (int i = 0; i < n; i++)
        pieces[i] = (st_piece){strndup(text + i, 1), 1};
    return n;
}

const uint8_t *st_bytes(size_t count, size_t *out_len)
{
    static const uint8_t zeros[16];
    *out_len = count;
    return count > 0 ? zeros : NULL;
}

size_t st_run(const st_job *job)
{
    size_t length = strlen(job->name), kept = length < job->room ? length : job->room;
    memcpy(job->out, job->name, kept);
    return job->count > 0 && job->samples[0] > 0 && lv_name(job->table)[0] != '\0' ? kept : 0;
}

void st_mix(float *samples, size_t count, int rate, const char *label)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = rate == 8000 || label[0] == '\0' ? 0 : samples[i] / 2;
}

uint32_t st_check(const uint32_t *words, size_t n)
{
    uint32_t all = 0, word;
    for (size_t i = 0; i < n; i++) {
        memcpy(&word, (const char *)words + i * sizeof word, sizeof word);
        all ^= word;
    }
    return all;
}

rg_kind st_kind(int number) { return number & 1 ? RG_BOOK : RG_QUOTE; }
unsigned st_allowed(const st_access *access, unsigned mode)
{
    if ((mode & ST_SYNC && !(mode & ST_WRITE)) || mode > 7)
        return 0;
    return mode & access->granted;
}

int st_each_mode(unsigned mode, void (*each)(void *data, unsigned one), void *data)
{
    int count = 0;
    for (unsigned one = 1; one <= ST_SYNC; one <<= 1)
        if (mode & one) {
            each(data, one);
            count++;
        }
    return count;
}

int st_rate(unsigned quality) { return quality == 0 ? 8000 : quality == 1 ? 44100 : 48000; }

const float *st_samples(size_t count)
{
    static const _Alignas(32) float silence[16];
    return count <= 16 ? silence : NULL;
}

void st_watch(lv_table *table, st_progress told, void *self)
{
    static const _Alignas(8) uint8_t piece[4] = {1, 2, 3, 4};
    told(0, 1, piece, 4, NULL, table, self);
    told(100, 2, piece, 2, "done", table, self);
}

struct st_store { atomic_long sum; };
st_store *st_open(void) { return calloc(1, sizeof(st_store)); }
void st_close(st_store *store) { free(store); }
void st_put(st_store *store, int number) { atomic_fetch_add(&store->sum, number); }
long st_total(const st_store *store) { return atomic_load(&store->sum); }

struct lv_table { char name[16]; const char *label; int numbers, count, all[8192]; lv_table *below; void *mine; };

lv_table *lv_table_new(const char *name)
{
    lv_table *table = calloc(1, sizeof *table);
    strncpy(table->name, name, sizeof table->name - 1);
    return table;
}

void lv_table_free(lv_table *table) { free(table); }

int lv_add(lv_table *table, int number)
{
    if (number < 0) {
        errno = EINVAL;
        return -1;
    }
    table->all[table->count++ % 8192] = number;
    return 0;
}

int lv_at(const lv_table *table, int place) { return place < table->count ? table->all[place % 8192] : -1; }

int lv_hit_of(const lv_table *table, int number, lv_hit *hit)
{
    for (int i = 0; i < table->count && i < 8192; i++)
        if (table->all[i] == number) {
            *hit = (lv_hit){i, table->count - i - 1};
            return 0;
        }
    return -1;
}

lv_moment lv_moment_of(long minutes) { return (lv_moment){(int)(minutes / 1440), (int)(minutes % 1440)}; }

long lv_minutes_of(lv_moment moment) { return moment.day * 1440L + moment.minute; }

bool lv_is_early(lv_moment moment) { return moment.day < 9999; }

lv_moment lv_day_after(lv_moment moment) { return (lv_moment){moment.day + 1 - (moment.day == 36500), moment.minute}; }

int lv_next_day(lv_moment moment, lv_moment *next)
{
    if (moment.day >= 10000)
        return -1;
    *next = (lv_moment){moment.day + 1, moment.minute};
    return 0;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
size_t lv_letters(const char *data, size_t size)
{
    size_t found = 0;
    for (size_t i = 0; i < size; i++)
        found += is_letter(data[i]);
    return found;
}
void lv_first_word(const lv_bytes *bytes, lv_bytes *word)
{
    const char *at = bytes->data;
    while (!is_letter(*at))
        at++;
    *word = (lv_bytes){at, 0};
    while (word->size < (size_t)(bytes->data + bytes->size - at) && is_letter(at[word->size]))
        word->size++;
}
int lv_sum_of(const lv_table *table, const int *places, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (unsigned)lv_at(table, places[i]);
    return (int)sum;
}

size_t lv_numbers(const lv_table *table, int *numbers, size_t room)
{
    for (size_t i = 0; i < room && i < (size_t)table->count; i++)
        numbers[i] = table->all[i % 8192];
    return (size_t)table->count;
}

bool lv_place(const lv_table *table, int number, int *place)
{
    for (*place = 0; *place < table->count && *place < 8192; ++*place)
        if (table->all[*place] == number)
            return true;
    return false;
}

int lv_mean(const lv_table *table) { return table->numbers / table->count; }

size_t lv_count(const lv_table *table) { return (size_t)table->count; }

int lv_watch_all(lv_watch *watched, int n, size_t most)
{
    int found = 0;
    for (int i = 0; i < n; i++)
        found += watched[i].full = lv_count(watched[i].table) >= most;
    return found;
}

int lv_size(const lv_table *table, int *size)
{
    if (table->count == 8192)
        return -1;
    *size = table->count;
    return 0;
}

unsigned lv_flags(const lv_table *table)
{
    return (table->count % 2 == 0 ? LV_EVEN : 0) | (table->count == 8192 ? LV_FULL : 0);
}

int lv_set(lv_table *table, int place, int number)
{
    if (place < 0 || place >= table->count)
        return -1;
    table->numbers += number - table->all[place];
    table->all[place] = number;
    return 0;
}

int lv_between(int low, int high) { return low > high ? -1 : low + (high - low) / 2; }

int lv_middle(const lv_table *table)
{
    return (table->all[table->count / 2 - 1] / 2 + table->all[table->count / 2] / 2);
}

void lv_rename(lv_table *table, const char *name)
{
    if (*name == '\0' || strcmp(table->name, name) == 0)
        abort();
    snprintf(table->name, sizeof table->name, "%s", name);
}

double lv_share(const lv_table *table) { return table->count / 8192.0; }

double lv_over(const lv_table *table, double share) { return lv_share(table) > share ? lv_share(table) - share : 0; }

void lv_all_over(const lv_table *table, const double *shares, double *over, size_t n) {
    for (size_t i = 0; i < n; i++)
        over[i] = lv_over(table, shares[i]);
}

int lv_reserve(lv_table *table, double share)
{
    if (lv_share(table) >= 0.5 || !(share > 0 && share <= 1 - lv_share(table)))
        abort();
    return (int)(share * 8192);
}

int lv_ratio(const lv_table *table, int place) { return table->all[place] / table->all[place - 1]; }

void lv_lay(lv_table *table, lv_table *below) { table->below = below; }

lv_table *lv_below(const lv_table *table) { return table->below; }

void lv_add_from(lv_table *table, int place) { lv_add(table, lv_at(lv_below(table), place)); }

int lv_common(const lv_table *one, const lv_table *other)
{
    int found = 0, numbers[100];
    memcpy(numbers, one->all, (size_t)one->count * sizeof *numbers);
    memcpy(numbers + one->count, other->all, (size_t)other->count * sizeof *numbers);
    for (int i = 0; i < one->count; i++)
        for (int j = 0; j < other->count; j++)
            if (numbers[i] == numbers[one->count + j]) {
                found++;
                break;
            }
    return found;
}

const char *lv_name(const lv_table *table) { return table->name; }
const char *lv_name_or(const lv_table *table, const char *otherwise)
{
    return table->name[0] != '\0' ? table->name : otherwise;
}
void lv_own(lv_table *table, void *mine) { table->mine = mine; }
void *lv_mine(const lv_table *table) { return table->mine; }
bool lv_is_called(const lv_table *table, const char *name) { return strcmp(table->name, name) == 0; }

static lv_spot lv_spot_at(const lv_table *table, int place)
{
    return (lv_spot){table, place < table->count ? place : -1};
}
lv_spot lv_first(const lv_table *table) { return lv_spot_at(table, 0); }
lv_spot lv_after(lv_spot spot) { return spot.place < 0 ? spot : lv_spot_at(spot.table, spot.place + 1); }
lv_spot lv_before(lv_spot spot) { return spot.place < 0 ? spot : lv_spot_at(spot.table, spot.place - 1); }
bool lv_is_spot(lv_spot spot) { return spot.place >= 0; }
bool lv_is_same(lv_spot spot, lv_spot other) { return spot.table == other.table && spot.place == other.place; }

static int st_keep(int c) { return c; }
static int st_fold(int c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
const st_alphabet st_ascii = {st_keep}, st_upper = {st_fold};
bool st_same(const st_alphabet *alphabet, const char *one, const char *other)
{
    for (; *one || *other; one++, other++)
        if (alphabet->fold(*one) != alphabet->fold(*other))
            return false;
    return true;
}

struct st_stream { uint8_t page[8]; };
st_stream *st_stream_new(void) { return calloc(1, sizeof(st_stream)); }
void st_stream_free(st_stream *stream) { free(stream); }
int st_stream_page(st_stream *stream, st_page *page)
{
    memset(stream->page, stream->page[0] + 1, sizeof stream->page);
    *page = (st_page){stream->page, stream->page + 2, 6};
    return 1;
}
st_page st_blank_page(void)
{
    static const uint8_t blank[4];
    return (st_page){blank, blank + 2, 2};
}

int lv_find_label(const lv_table *table, lv_label *label)
{
    *label = (lv_label){table->name, (int)strlen(table->name)};
    return 0;
}

int lv_find_name(const lv_table *table, const char **name)
{
    if (table->name[0] == '\0')
        return -1;
    *name = table->name;
    return 0;
}

struct lv_cursor { lv_table *table; int at; };

lv_cursor *lv_cursor_new(lv_table *table)
{
    lv_cursor *cursor = calloc(1, sizeof *cursor);
    cursor->table = table;
    return cursor;
}

void lv_cursor_free(lv_cursor *cursor) { free(cursor); }
int lv_next(lv_cursor *cursor) { return cursor->at < cursor->table->count ? cursor->at++ : -1; }

struct vl_value { int users, number, is_list; size_t count; vl_value *inside[4]; char label[16]; };
struct vl_watch { vl_value *list; };

vl_value *vl_number(int number)
{
    vl_value *value = calloc(1, sizeof *value);
    value->users = 1;
    value->number = number;
    return value;
}

vl_value *vl_list(void)
{
    vl_value *value = vl_number(0);
    value->is_list = 1;
    return value;
}

vl_value *vl_ref(vl_value *value)
{
    value->users++;
    return value;
}

void vl_unref(vl_value *value)
{
    if (--value->users > 0)
        return;
    while (value->count > 0)
        vl_unref(value->inside[--value->count]);
    free(value);
}

int vl_append_new(vl_value *list, vl_value *value)
{
    if (!list->is_list || list->count == 4) {
        vl_unref(value);
        return -1;
    }
    list->inside[list->count++] = value;
    return 0;
}

int vl_append(vl_value *list, vl_value *value) { return vl_append_new(list, vl_ref(value)); }

int vl_append_all(vl_value *list, vl_value **values, size_t n)
{
    if (!list->is_list || list->count + n > 4)
        return -1;
    for (size_t i = 0; i < n; i++)
        list->inside[list->count++] = values[i];
    return 0;
}

vl_value *vl_get(const vl_value *list, size_t index) { return index < list->count ? list->inside[index] : NULL; }

vl_value *vl_get_ref(const vl_value *list, size_t index)
{
    return index < list->count ? vl_ref(list->inside[index]) : NULL;
}

int vl_find(const vl_value *list, const char *label, vl_value **found)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->inside[i]->label, label) == 0) {
            *found = list->inside[i];
            return 0;
        }
    return -1;
}

int vl_remove(vl_value *list, size_t index)
{
    if (index >= list->count)
        return -1;
    vl_unref(list->inside[index]);
    list->count--;
    memmove(&list->inside[index], &list->inside[index + 1], (list->count - index) * sizeof(vl_value *));
    return 0;
}

int vl_extend(vl_value *list, vl_value *other)
{
    size_t count = other->count;
    for (size_t i = 0; i < count; i++)
        if (vl_append(list, other->inside[i]) != 0)
            return -1;
    return 0;
}

vl_value *vl_copy(vl_value *value)
{
    vl_value *made = value->is_list ? vl_list() : vl_number(value->number);
    vl_extend(made, value);
    return made;
}

const char *vl_label(const vl_value *value) { return value->label; }

int vl_set_label(vl_value *value, const char *label)
{
    snprintf(value->label, sizeof value->label, "%s", label);
    return 0;
}

vl_watch *vl_watch_new(void) { return calloc(1, sizeof(vl_watch)); }
void vl_watch_free(vl_watch *watch) { free(watch); }

int vl_watch_on(vl_watch *watch, vl_value *list)
{
    if (watch->list != NULL)
        return -1;
    watch->list = list;
    return 0;
}

int vl_watch_off(vl_watch *watch, vl_value *list)
{
    if (watch->list != list)
        return -1;
    watch->list = NULL;
    return 0;
}

struct pa_place { const pa_list *list; };
struct pa_list { size_t length; pa_place places[21]; };

pa_list *pa_empty(void) { return calloc(1, sizeof(pa_list)); }

pa_list *pa_of(const char *text)
{
    pa_list *list = pa_empty();
    list->length = strlen(text);
    for (size_t n = 0; n < list->length; n++)
        list->places[n].list = list;
    return list;
}

void pa_free(pa_list *list) { free(list); }

pa_place *pa_first(pa_list *list) { return list->length > 0 ? list->places : NULL; }

int pa_mark_first(pa_mark *mark, const pa_list *list)
{
    *mark = (pa_mark){list, 0};
    return list->length > 0 ? 0 : -1;
}

int pa_mark_next(pa_mark *mark)
{
    if (mark->at + 1 >= mark->list->length)
        return -1;
    mark->at++;
    return 0;
}

pa_place *pa_next(const pa_list *list, pa_place *place)
{
    if (place->list != list)
        abort();
    return ++place < list->places + list->length ? place : NULL;
}

static struct { bool used; int size; } files[32];

static bool is_file(int file) { return file >= 0 && file < 32 && files[file].used; }

struct dy_items { int references, count; dy_value *each; };
dy_value dy_number(double number) { return (dy_value){.tag = DY_NUMBER, .is.number = number}; }
dy_value dy_list_of(int count)
{
    dy_value list = {.tag = DY_LIST, .is.items = calloc(1, sizeof(struct dy_items))};
    list.is.items->references = 1;
    for (int i = 0; i < count; i++)
        list = dy_push(list, dy_number(i));
    return list;
}
dy_value dy_copy(dy_value value)
{
    if (value.tag == DY_LIST)
        value.is.items->references++;
    return value;
}
dy_value dy_push(dy_value list, dy_value value)
{
    struct dy_items *items = list.is.items;
    if (items->references > 1) {
        list = dy_list_of(0);
        for (int i = 0; i < items->count; i++)
            list = dy_push(list, dy_copy(items->each[i]));
        dy_free((dy_value){.tag = DY_LIST, .is.items = items});
        items = list.is.items;
    }
    items->each = realloc(items->each, (items->count + 1) * sizeof *items->each);
    items->each[items->count++] = value;
    return list;
}
dy_tag dy_kind(dy_value value) { return value.tag; }
int dy_count(dy_value list) { return list.is.items->count; }
void dy_free(dy_value value)
{
    if (value.tag != DY_LIST || --value.is.items->references > 0)
        return;
    for (int i = 0; i < value.is.items->count; i++)
        dy_free(value.is.items->each[i]);
    free(value.is.items->each);
    free(value.is.items);
}

int vl_open(const char *name)
{
    for (int file = 0; name[0] != '\0' && file < 32; file++)
        if (!files[file].used) {
            files[file].used = true;
            files[file].size = (int)strlen(name);
            return file;
        }
    return -1;
}

int vl_shut(int file)
{
    if (!is_file(file))
        return -1;
    files[file].used = false;
    return 0;
}

int vl_pair(int *one, int *two)
{
    int first = vl_open("one"), second = vl_open("two");
    if (second < 0) {
        vl_shut(first);
        return -1;
    }
    *one = first;
    *two = second;
    return 0;
}

void vl_on_ready(int file, void (*ready)(void *mine, int file), void *mine) { ready(mine, file); }

int vl_size(int file) { return is_file(file) ? files[file].size : -1; }

int vl_files(void)
{
    int count = 0;
    for (int file = 0; file < 32; file++)
        count += files[file].used;
    return count;
}

bool vl_ready(vl_poll *poll)
{
    poll->ready = is_file(poll->file);
    return poll->ready;
}

static struct { bool used; int ticks; } timers[16];

int vl_start(vl_timer *timer, int ticks)
{
    for (unsigned i = 0; i < 16; i++)
        if (!timers[i].used) {
            timers[i].used = true;
            timers[i].ticks = ticks;
            *timer = i + 1;
            return 0;
        }
    return -1;
}

int vl_stop(vl_timer timer)
{
    timers[timer - 1].used = false;
    return 0;
}

int vl_tick(vl_timer timer) { return timers[timer - 1].ticks > 0 ? --timers[timer - 1].ticks : 0; }

struct no_node { no_node *parent, *first, *next; };

no_node *no_node_new(void) { return calloc(1, sizeof(no_node)); }

int no_append(no_node *parent, no_node *child)
{
    if (child->parent != NULL)
        return -1;
    child->parent = parent;
    child->next = parent->first;
    parent->first = child;
    return 0;
}

void no_unlink(no_node *node)
{
    if (node->parent == NULL)
        return;
    no_node **at = &node->parent->first;
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->parent = node->next = NULL;
}

void no_take_out(no_node *parent, no_node *child)
{
    if (child->parent != parent)
        abort();
    no_unlink(child);
}

int no_move(no_node *parent, no_node *child)
{
    for (const no_node *each = parent; each; each = each->parent)
        if (each == child)
            return -1;
    no_unlink(child);
    return no_append(parent, child);
}

no_node *no_parent(const no_node *node) { return node->parent; }

no_node *no_first(no_node *parent) { return parent->first; }

void no_node_free(no_node *node)
{
    no_unlink(node);
    while (node->first != NULL)
        no_node_free(node->first);
    free(node);
}

static const int *lent;

void lv_lend(lv_table *table, const char *name, const char *label, const int *numbers, size_t n)
{
    table->count += table->label != NULL ? (int)strlen(table->label) : (int)strlen(name);
    table->label = label;
    if (n > 0)
        lent = numbers;
    table->numbers += lent != NULL ? lent[0] & 1 : 0;
}

int lv_lend_or_copy(lv_table *table, const char *label, unsigned flags)
{
    int before = table->label != NULL ? (int)strlen(table->label) : 0;
    table->label = flags & LV_LENT ? label : NULL; /* nobody asks for a copy */
    return before;
}

md_status md_each(const uint8_t *data, size_t length, md_handler handler, void *context)
{
    for (size_t i = 0; i + 7 <= length; i += 7) {
        md_message message = {data[i], data[i + 1]};
        if (!handler(context, &message))
            return MD_STOPPED;
    }
    return MD_DONE;
}

int io_split(const char *text, const io_events *events, void *context)
{
    int lines = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        events->line(context, text, n);
        lines++;
        text += n + (text[n] != 0);
    }
    events->end(context);
    return lines;
}

int io_drain(const io_ops *ops)
{
    int most = ops->read(ops->self, 16);
    if (ops->close != NULL)
        ops->close(ops->self);
    return most;
}

int compress(Bytef *dest, uLong *destLen, const Bytef *source, uLong sourceLen)
{
    if (*destLen < sourceLen)
        return Z_BUF_ERROR;
    for (uLong i = 0; i < sourceLen; i++)
        dest[i] = source[i] ^ 0x55;
    *destLen = sourceLen;
    return Z_OK;
}

int uncompress(Bytef *dest, uLong *destLen, const Bytef *source, uLong sourceLen)
{
    return compress(dest, destLen, source, sourceLen);
}

uLong crc32_combine(uLong one, uLong other, long length) { return one ^ other ^ (uLong)length; }

void st_pipe_open(st_pipe *pipe) { (void)pipe; }
void st_pipe_close(st_pipe *pipe) { (void)pipe; }
void st_pipe_run(st_pipe *pipe)
{
    for (; pipe->avail_in > 0 && pipe->avail_out > 0; pipe->avail_in--, pipe->avail_out--)
        *pipe->next_out++ = *pipe->next_in++;
}
int st_pipe_skip(st_pipe *pipe, size_t n)
{
    if (n > pipe->avail_in)
        return -1;
    pipe->next_in += n;
    pipe->avail_in -= n;
    return 0;
}

int st_set_option(int what, const st_option *value) { return what == ST_NAME ? (int)strlen(value->name) : what; }
int st_level_of(const st_step *steps, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        if (steps[i].id == ST_LEVEL)
            sum += ((const st_level *)steps[i].options)->value;
    return sum;
}
int st_tune(int what, const void *value)
{
    return what == ST_NAME ? (int)strlen(value) : what == ST_LEVEL ? *(const int *)value : 0;
}
int st_put_part(int kind, const void *part, size_t n)
{
    switch (kind) {
    case 0:
        return n > 0 ? ((const unsigned char *)part)[n - 1] : 0;
    case 1:
        return (int)strlen(part);
    case 2:
        return (int)*(const unsigned *)part;
    case 4:
        return part != NULL ? ((const st_level *)part)->value : 0;
    case 6:
        return n > 0 ? ((const int *)part)[n - 1] : 0;
    }
    return *(const int *)part;
}
size_t st_get_part(int kind, void *part, size_t room)
{
    if (kind == 0)
        memset(part, 7, room / 2);
    else
        ((st_level *)part)->value = 5;
    return room / 2;
}
int st_slot_init(st_slot *slot)
{
    slot->open = 0;
    return 0;
}
int st_slot_open(st_slot *slot, const char *name)
{
    char *copy = strdup(name);
    if (copy == NULL)
        return -1;
    slot->name = copy;
    slot->open = 1;
    return 0;
}
void st_slot_close(st_slot *slot)
{
    free(slot->name);
    slot->open = 0;
}
void st_slot_end(st_slot *slot)
{
    if (slot->open)
        free(slot->name);
}
size_t st_slot_letters(const st_slot *slot)
{
    if (!slot->open)
        abort();
    return strlen(slot->name);
}
void st_note_book_init(st_note_book *book) { *book = (st_note_book){0, 0}; }
st_note_book *st_note_book_new(void)
{
    st_note_book *book = calloc(1, sizeof *book);
    if (book != NULL)
        book->owned = 1;
    return book;
}
void st_note_book_add(st_note_book *book) { book->count++; }
int st_note_book_count(const st_note_book *book) { return book->count; }
void st_note_book_end(st_note_book *book)
{
    if (book->owned)
        free(book);
}
static int st_lower(unsigned char byte) { return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte; }
int st_same_name(const char *one, const char *other)
{
    while (*one != '\0' && st_lower((unsigned char)*one) == st_lower((unsigned char)*other))
        one++, other++;
    return st_lower((unsigned char)*one) == st_lower((unsigned char)*other);
}
struct st_ledger { int *numbers; };
static void *st_memory_of(const st_memory *memory, size_t size)
{
    return memory != NULL ? memory->give(size) : malloc(size);
}
static void st_memory_back(const st_memory *memory, void *block)
{
    if (memory != NULL)
        memory->take(block);
    else
        free(block);
}
st_ledger *st_ledger_new(const st_memory *memory)
{
    st_ledger *ledger = st_memory_of(memory, sizeof *ledger);
    if (ledger != NULL)
        ledger->numbers = NULL;
    return ledger;
}
int st_ledger_add(st_ledger *ledger, const st_memory *memory, int number)
{
    if (ledger->numbers == NULL && (ledger->numbers = st_memory_of(memory, sizeof number)) == NULL)
        return -1;
    *ledger->numbers = number;
    return 0;
}
void st_ledger_end(st_ledger *ledger, const st_memory *memory)
{
    st_memory_back(memory, ledger->numbers);
    st_memory_back(memory, ledger);
}
struct st_chain { st_chain *next; int number; };
st_chain *st_chain_append(st_chain *chain, int number)
{
    st_chain *made = malloc(sizeof *made), **last = &chain;
    if (made == NULL)
        return NULL;
    *made = (st_chain){NULL, number};
    while (*last != NULL)
        last = &(*last)->next;
    *last = made;
    return chain;
}
int st_chain_length(const st_chain *chain)
{
    int length = 0;
    for (; chain != NULL; chain = chain->next)
        length++;
    return length;
}
void st_chain_free(st_chain *chain)
{
    while (chain != NULL) {
        st_chain *next = chain->next;
        free(chain);
        chain = next;
    }
}
struct st_channel { int is_pipe; int bytes; };
static st_channel *st_channel_of(int is_pipe)
{
    st_channel *channel = calloc(1, sizeof *channel);
    if (channel != NULL)
        channel->is_pipe = is_pipe;
    return channel;
}
st_channel *st_channel_open(void) { return st_channel_of(0); }
st_channel *st_channel_pipe(void) { return st_channel_of(1); }
void st_channel_close(st_channel *channel)
{
    if (channel->is_pipe)
        abort();
    free(channel);
}
int st_channel_wait(st_channel *channel)
{
    if (!channel->is_pipe)
        abort();
    free(channel);
    return 0;
}
void st_channel_send(st_channel *channel, int byte) { channel->bytes ^= byte; }
void st_events(int n, void (*event)(int what, const void *data, void *mine), void *mine)
{
    for (int i = 0; i < n; i++)
        event(i % 2 ? ST_NAME : ST_LEVEL, i % 2 ? (const void *)"seven" : (const void *)&i, mine);
}
int st_tuned(int what, void *value)
{
    if (what == ST_LEVEL)
        *(int *)value = 3;
    else if (what == ST_RATE)
        *(double *)value = 0.5;
    else
        return -1;
    return 0;
}
int st_get_option(int what, st_option *value)
{
    if (what < ST_LEVEL || what > ST_NAME)
        return -1;
    if (what == ST_LEVEL)
        value->level = 7;
    else if (what == ST_RATE)
        value->rate = 0.5;
    else
        value->name = "seven";
    return 0;
}

int st_rows(const char *text, int (*row)(void *data, int n, char **values, char **names), void *data)
{
    char *names[] = {"character", "rest", NULL};
    for (; *text != '\0'; text++) {
        char one[2] = {*text, '\0'};
        char *values[] = {one, text[1] == '\0' ? NULL : (char *)text + 1};
        if (row(data, 2, values, names) != 0)
            return 1;
    }
    return 0;
}

struct st_sieve { size_t skimmed; };

st_sieve *st_sieve_new(void) { return calloc(1, sizeof(st_sieve)); }
void st_sieve_free(st_sieve *sieve) { free(sieve); }
int st_sieve_run(st_sieve *sieve, size_t *avail_in, const uint8_t **next_in, size_t *avail_out, uint8_t **next_out)
{
    (void)sieve;
    for (; *avail_in > 0 && *avail_out > 0; --*avail_in, --*avail_out)
        *(*next_out)++ = *(*next_in)++;
    return *avail_in > 0;
}
void st_sieve_skim(st_sieve *sieve, st_input *input)
{
    sieve->skimmed += input->size - input->pos;
    input->pos = input->size;
}
size_t st_next_word(const char **text)
{
    size_t length = strcspn(*text, " ");
    *text = (*text)[length] == '\0' ? NULL : *text + length + 1;
    return length;
}
long st_take_short(const uint8_t **from, long length)
{
    if (length < 2)
        return -1;
    long number = (*from)[0] << 8 | (*from)[1];
    *from += 2;
    return number;
}
int st_pour(const uint8_t *in, size_t *in_pos, size_t in_size, void *dst, size_t *dst_size)
{
    size_t size = in_size - *in_pos < *dst_size ? in_size - *in_pos : *dst_size;
    memcpy(dst, in + *in_pos, size);
    *in_pos += size;
    *dst_size = size;
    return 0;
}

struct st_tally { unsigned char room[64]; unsigned sum; };

st_tally *st_tally_new(void) { return calloc(1, sizeof(st_tally)); }
void st_tally_free(st_tally *sum) { free(sum); }
void *st_tally_room(st_tally *sum, int size) { return size <= 64 ? sum->room : NULL; }
unsigned st_tally_take(st_tally *sum, int count)
{
    for (int i = 0; i < count; i++)
        sum->sum += sum->room[i];
    return sum->sum;
}

struct st_arena { _Alignas(8) unsigned char memory[1024]; size_t used; };

st_arena *st_arena_new(void) { return calloc(1, sizeof(st_arena)); }
void st_arena_free(st_arena *arena) { free(arena); }
void st_arena_clear(st_arena *arena) { arena->used = 0; }
void *st_arena_room(st_arena *arena, size_t n)
{
    size_t size = (n + 7) / 8 * 8;
    if (size > sizeof arena->memory - arena->used)
        return NULL;
    void *room = arena->memory + arena->used;
    arena->used += size;
    return room;
}
void *st_arena_zeroed(st_arena *arena, size_t n)
{
    void *room = st_arena_room(arena, n);
    return room != NULL ? memset(room, 0, n) : NULL;
}
char *st_arena_dup(st_arena *arena, const char *text)
{
    char *copy = st_arena_room(arena, strlen(text) + 1);
    return copy != NULL ? strcpy(copy, text) : NULL;
}

void st_timer_open(st_timer *timer) { timer->running++; }
void st_timer_close(st_timer *timer) { timer->running--; }

int st_pool_init(void *memory, size_t room)
{
    size_t start[2] = {sizeof start, room};
    if (room < sizeof start)
        return -1;
    memcpy(memory, start, sizeof start);
    return 0;
}

int st_pool_take(void *pool, size_t n)
{
    size_t *start = pool, taken = start[0];
    if (n > start[1] - taken)
        return -1;
    memset((char *)pool + taken, 1, n);
    start[0] += n;
    return (int)taken;
}

int deflateInit_(z_stream *strm, int level)
{
    (void)level;
    strm->total_in = 0;
    return Z_OK;
}

int deflateEnd(z_stream *strm)
{
    strm->total_in = 0;
    return Z_OK;
}

int deflate(z_stream *strm)
{
    strm->total_in += strm->avail_in;
    strm->avail_in = 0;
    return Z_OK;
}

int snprintf(char *s, size_t maxlen, const char *format, ...)
{
    va_list listed;
    va_start(listed, format);
    int length = vsnprintf(s, maxlen, format, listed);
    va_end(listed);
    return length;
}

#ifdef OTHER
#define VERSION 2
#define MARK 'z'
#else
#define VERSION 1
#define MARK 'a'
#endif
unsigned ls_version(void) { return VERSION; }

size_t ls_compress(const char *text, size_t length, char *out, size_t capacity)
{
    (void)text;
    size_t kept = length < capacity ? length : capacity;
    memset(out, MARK, kept);
    return kept;
}

long io_slurp(io_read read, void *context)
{
    char room[64];
    long total = 0;
    ptrdiff_t got;
    while ((got = read(context, room, sizeof room)) > 0)
        total += got;
    return got < 0 ? -1 : total;
}

long io_pour(const uint8_t *data, size_t n, io_put put, void *context)
{
    for (size_t left = n; left > 0;) {
        ptrdiff_t took = put(context, data, left);
        if (took <= 0)
            return -1;
        data += took;
        left -= (size_t)took;
    }
    return (long)n;
}

struct dj_reader {
    long sum;
    jmp_buf place;
};

dj_reader *dj_new(void) { return calloc(1, sizeof(dj_reader)); }
void dj_free(dj_reader *reader) { free(reader); }
jmp_buf *dj_place(dj_reader *reader) { return &reader->place; }

void dj_read(dj_reader *reader, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            longjmp(reader->place, 1);
        reader->sum += *text - '0';
    }
}

long dj_sum(const dj_reader *reader) { return reader->sum; }
void dj_error(dj_reader *reader) { longjmp(reader->place, 1); }

void dj_load(dj_reader *reader, dj_fill fill)
{
    unsigned char size, byte;
    fill(reader, &size, 1);
    while (size-- > 0) {
        fill(reader, &byte, 1);
        reader->sum += byte;
    }
}

static void io_say(io_said said, void *context, int level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    said(context, level, format, arguments);
    va_end(arguments);
}

int io_weigh(int grams, io_said said, void *context)
{
    if (grams < 0) {
        io_say(said, context, 2, "%d grams weigh less than %s", grams, "nothing");
        return -1;
    }
    if (grams >= 1000)
        io_say(said, context, 1, "%d kg", grams / 1000);
    return grams / 1000;
}

long io_pull(io_next next, void *context)
{
    short samples[16];
    long total = 0;
    for (;;) {
        size_t count = 16;
        if (next(context, samples, &count) != 0)
            return -1;
        if (count == 0)
            return total;
        total += samples[0];
    }
}

long io_load(io_chunk chunk, void *context)
{
    long total = 0;
    size_t size;
    while (chunk(context, &size) != NULL && size > 0)
        total += (long)size;
    return total;
}

long io_tail(io_read_at read, void *context, uint64_t size)
{
    unsigned char byte;
    if (size == 0)
        return -1;
    if (read(context, &byte, 1, size - 1) == 1)
        return byte;
    return -1;
}
int io_lines(io_read read, void *context)
{
    char piece[8];
    ptrdiff_t n;
    int lines = 0;
    while ((n = read(context, piece, sizeof piece)) > 0)
        for (ptrdiff_t i = 0; i < n; i++)
            lines += piece[i] == '\n';
    return n < 0 ? -1 : lines;
}
long io_end(io_read read, io_seek seek, void *context)
{
    unsigned char byte;
    if (seek(context, -1, SEEK_END) != 0)
        return -1;
    return read(context, &byte, 1) == 1 ? byte : -1;
}
int io_raise(io_read read, io_put put, io_seek seek, void *context)
{
    unsigned char byte;
    ptrdiff_t got;
    int raised = 0;
    while ((got = read(context, &byte, 1)) == 1) {
        byte++;
        if (seek(context, -1, SEEK_CUR) != 0 || put(context, &byte, 1) != 1)
            return -1;
        raised++;
    }
    return got < 0 ? -1 : raised;
}
struct nx_tx {
    nx_tx *outer;
    int sum, locked;
};
nx_tx *nx_begin(void) { return calloc(1, sizeof(nx_tx)); }
nx_tx *nx_within(nx_tx *outer)
{
    nx_tx *made = nx_begin();
    if (made != NULL)
        made->outer = outer, outer->locked = 1;
    return made;
}
int nx_put(nx_tx *tx, int n)
{
    if (tx->locked)
        abort();
    tx->sum += n;
    return 0;
}
int nx_sum(const nx_tx *tx) { return tx->sum; }
void nx_end(nx_tx *tx)
{
    if (tx->locked)
        abort();
    if (tx->outer != NULL)
        tx->outer->sum += tx->sum, tx->outer->locked = 0;
    free(tx);
}
struct st_counter {
    st_beat beat;
    void *mine;
};
st_counter *st_counter_new(void) { return calloc(1, sizeof(st_counter)); }
void st_counter_free(st_counter *counter) { free(counter); }
st_beat st_on_beat(st_counter *counter, st_beat beat, void *mine)
{
    st_beat was = counter->beat;
    counter->beat = beat, counter->mine = mine;
    return was;
}
st_beat st_whose_beat(const st_counter *counter) { return counter->beat; }
void *st_mine(const st_counter *counter) { return counter->mine; }
void st_count(st_counter *counter, int n)
{
    if (counter->beat != NULL)
        counter->beat(counter->mine, n);
}
int io_frame(io_fill fill, void *context)
{
    unsigned char size, bytes[255];
    int sum = 0;
    if (fill(context, &size, 1) != 0 || fill(context, bytes, size) != 0)
        return -1;
    for (int i = 0; i < size; i++)
        sum += bytes[i];
    return sum;
}
int io_turn(const io_pages *pages, void *context)
{
    uint64_t size;
    if (pages->size(context, &size) != 0)
        return -1;
    for (uint64_t low = 0, high = size; low + 1 < high; low++) {
        unsigned char first, last;
        high--;
        if (pages->read(context, &first, 1, low) != 1 || pages->read(context, &last, 1, high) != 1)
            return -1;
        if (pages->write(context, &last, 1, low) != 0 || pages->write(context, &first, 1, high) != 0)
            return -1;
    }
    return 0;
}
int io_store(const uint8_t *data, size_t n, io_put put, io_seek seek, void *context)
{
    uint8_t size = (uint8_t)n;
    if (seek(context, 1, SEEK_SET) != 0)
        return -1;
    for (size_t at = 0; at < n;) {
        ptrdiff_t done = put(context, data + at, n - at);
        if (done <= 0)
            return -1;
        at += (size_t)done;
    }
    if (seek(context, 0, SEEK_SET) != 0 || put(context, &size, 1) != 1)
        return -1;
    return 0;
}
long io_body(const io_source *source, void *context)
{
    unsigned char byte;
    uint64_t whole;
    source->skip(context, 2);
    if (source->whole(context, &whole) != 0 || source->place(context) != 2 || source->over(context) != (whole <= 2))
        return -1;
    return source->move(context, 3) == 3 && source->read(context, &byte, 1) == 1 ? byte : -1;
}
long io_take(io_lend lend, void *context)
{
    const void *buffer;
    long total = 0;
    ptrdiff_t got;
    while ((got = lend(context, &buffer)) > 0)
        total += got;
    return got < 0 ? -1 : total;
}

struct qu_queue { char *texts[2]; int used; };

qu_queue *qu_new(void) { return calloc(1, sizeof(qu_queue)); }

void qu_free(qu_queue *queue)
{
    for (int i = 0; i < queue->used; i++)
        free(queue->texts[i]);
    free(queue);
}

bool qu_push(qu_queue *queue, char *text)
{
    if (queue->used == 2)
        return false;
    queue->texts[queue->used++] = text;
    return true;
}

int qu_send(qu_queue *queue, const char *text, uint8_t *body, size_t n)
{
    (void)queue;
    int sum = (int)strlen(text) + (n > 0 ? body[0] : 0);
    free(body);
    return sum > 0 ? 0 : -1;
}

int qu_weigh(const qu_blob *blob)
{
    int sum = 0;
    for (size_t i = 0; i < blob->n; i++)
        sum += blob->data[i] != 0;
    if (blob->flags & QU_TAKE)
        free(blob->data);
    return sum;
}

int qu_put(qu_queue *queue, qu_item *item)
{
    (void)queue;
    int sum = item->n > 0 ? item->data[0] : 0;
    free(item->name);
    qu_release(item->data);
    free(item);
    return sum;
}

char *qu_grow(char *text, size_t more)
{
    size_t length = strlen(text);
    char *grown = realloc(text, length + more + 1);
    memset(grown + length, '.', more);
    grown[length + more] = '\0';
    return grown;
}

void *qu_alloc(size_t size)
{
    char *memory = malloc(size + 16);
    return memory == NULL ? NULL : memory + 16;
}

void qu_release(void *memory) { free((char *)memory - 16); }

struct mm_pool {
    void (*release)(void *block);
    void *(*give)(size_t size);
    void *last;
};

mm_pool *mm_pool_new(void) { return calloc(1, sizeof(mm_pool)); }

void mm_pool_free(mm_pool *pool)
{
    if (pool->last != NULL)
        pool->release(pool->last);
    free(pool);
}

void mm_pool_set_free(mm_pool *pool, void (*release)(void *block)) { pool->release = release; }
void mm_pool_set_alloc(mm_pool *pool, void *(*give)(size_t size)) { pool->give = give; }

int mm_pool_take(mm_pool *pool, size_t size)
{
    void *made = pool->give(size);
    if (made == NULL)
        return -1;
    if (pool->last != NULL)
        pool->release(pool->last);
    pool->last = made;
    return 0;
}

struct mm_tree { mm_memory memory; };

mm_tree *mm_tree_new(const mm_memory *memory)
{
    mm_tree *tree = memory->alloc(memory->pool, 1, sizeof *tree);
    if (tree != NULL)
        tree->memory = *memory;
    return tree;
}

void mm_tree_free(mm_tree *tree) { tree->memory.free(tree->memory.pool, tree); }

int mm_fold(const char *text, mm_resize resize, void *pool)
{
    char *copy = NULL;
    size_t n = 0;
    for (; text[n] != '\0'; n++) {
        char *larger = resize(pool, copy, n + 1);
        if (larger == NULL)
            break;
        copy = larger;
        copy[n] = text[n];
    }
    if (copy != NULL)
        resize(pool, copy, 0);
    return text[n] == '\0' ? 0 : -1;
}

int mm_count(size_t n, void *(*clear)(size_t count, size_t size), void (*release)(void *memory))
{
    int *xs = clear(n, sizeof *xs), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += xs[i];
    release(xs);
    return sum;
}

void qu_drain(qu_queue *queue, void (*each)(void *context, char *text), void *context)
{
    while (queue->used > 0)
        each(context, queue->texts[--queue->used]);
}

int qu_drain_all(qu_queue *queue, void (*all)(void *context, char **texts, size_t n), void *context)
{
    size_t n = (size_t)queue->used;
    char **texts = malloc((n + 1) * sizeof *texts);
    if (texts == NULL)
        return -1;
    memcpy(texts, queue->texts, n * sizeof *texts);
    queue->used = 0;
    all(context, texts, n);
    return 0;
}
void qu_give_back(qu_queue *queue, char **texts, size_t n)
{
    (void)queue;
    for (size_t i = 0; i < n; i++)
        free(texts[i]);
    free(texts);
}

int qu_ask(char *(*name)(void *context), void *context)
{
    char *answer = name(context);
    int length = (int)strlen(answer);
    free(answer);
    return length;
}

static uintptr_t generations[16]; /* odd while a session is open */

static uintptr_t *generation_of(st_session *session)
{
    uintptr_t *at = &generations[(uintptr_t)session % 16];
    return *at == (uintptr_t)session / 16 && *at % 2 == 1 ? at : NULL;
}

st_session *st_session_open(void)
{
    for (uintptr_t i = 0; i < 16; i++)
        if (generations[i] % 2 == 0)
            return (st_session *)(++generations[i] * 16 + i);
    return NULL;
}

int st_session_send(st_session *session, int number)
{
    (void)number;
    return generation_of(session) ? ST_SENT : ST_CLOSED;
}

int st_session_close(st_session *session)
{
    uintptr_t *at = generation_of(session);
    if (at == NULL)
        return ST_CLOSED;
    ++*at;
    return ST_SENT;
}

size_t st_fields(const char **fields, size_t *lengths, size_t most, const char *line, size_t n)
{
    size_t found = 0, first = 0;
    for (size_t i = 0; i <= n && found < most; i++) {
        if (i < n && line[i] != ';')
            continue;
        fields[found] = line + first;
        lengths[found++] = i - first;
        first = i + 1;
    }
    return found;
}

struct st_mixer {
    int channels;
    char muted[6];
};

st_mixer *st_mixer_new(int channels)
{
    st_mixer *mixer = calloc(1, sizeof *mixer);
    if (mixer != NULL)
        mixer->channels = channels;
    return mixer;
}

void st_mixer_free(st_mixer *mixer)
{
    free(mixer);
}

int st_mixer_add(st_mixer *mixer, const short *samples, int frames, short *sums)
{
    for (int i = 0; i < frames * mixer->channels; i++)
        sums[i] = mixer->muted[i % mixer->channels] ? 0 : samples[i];
    return frames;
}

int st_mixer_mute(st_mixer *mixer, int channel)
{
    if (channel >= mixer->channels)
        return -1;
    mixer->muted[channel] = 1;
    return 0;
}

void st_unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        char digits[3] = {from[0] == '%' ? from[1] : '\0', from[0] == '%' ? from[2] : '\0', '\0'};
        *to = digits[0] != '\0' ? (char)strtol(digits, NULL, 16) : *from;
        from += digits[0] != '\0' ? 3 : 1;
    }
    *to = '\0';
}

int st_minutes(const char *time)
{
    int hours = 10 * (time[0] - '0') + time[1] - '0';
    return hours > 23 ? -1 : 60 * hours + 10 * (time[3] - '0') + time[4] - '0';
}

int st_reach(const st_peer *peer, int (*tell)(void *data, const char *what), void *data)
{
    char what[64];
    if (peer->address == NULL)
        return 0;
    snprintf(what, sizeof what, "up %s", peer->address);
    return tell(data, what);
}

const char *st_release(void) { return "v1.10.2"; }

static int sequence(const uint8_t *at, size_t left)
{
    int size = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;
    if (size == 0 || (size_t)size > left)
        return 0;
    for (int i = 1; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if (size > 2)
        if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
            (*at == 0xf4 && at[1] > 0x8f))
            return 0;
    return size;
}

int st_valid(const uint8_t *text, size_t n)
{
    for (size_t i = 0; i < n;) {
        int size = sequence(text + i, n - i);
        if (size == 0)
            return 0;
        i += size;
    }
    return 1;
}

int st_letters(const uint8_t *text, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; count++) {
        int size = sequence(text + i, n - i);
        if (size == 0)
            abort();
        i += size;
    }
    return count;
}
struct cn_connection { char name[64]; int state; size_t sent; };

cn_connection *cn_new(void) { return calloc(1, sizeof(cn_connection)); }

void cn_free(cn_connection *connection) { free(connection); }

int cn_set_name(cn_connection *connection, const char *name)
{
    if (connection->state != 0 || connection->name[0] != '\0')
        abort();
    strncpy(connection->name, name, sizeof connection->name - 1);
    return CN_OK;
}

int cn_open(cn_connection *connection)
{
    if (connection->state != 0)
        abort();
    connection->state = 1;
    return CN_OK;
}

int cn_send(cn_connection *connection, const uint8_t *bytes, size_t length, bool last)
{
    (void)bytes;
    if (connection->state == 0)
        abort();
    if (connection->state == 2)
        return CN_CLOSED;
    connection->sent += length;
    connection->state = last ? 2 : 1;
    return CN_OK;
}

int cn_reset(cn_connection *connection)
{
    memset(connection, 0, sizeof *connection);
    return CN_OK;
}

bool cn_is_open(const cn_connection *connection) { return connection->state == 1; }

size_t cn_sent(const cn_connection *connection) { return connection->sent; }

static int begun;

int st_begin(int level)
{
    begun += level;
    return 0;
}

void st_end(void) { begun = 0; }

char *st_twice(const char *text)
{
    size_t n = strlen(text);
    char *made = malloc(2 * n + 1);
    if (made != NULL) {
        memcpy(made, text, n);
        memcpy(made + n, text, n + 1);
    }
    return made;
}

void st_move(void *to, const void *from, size_t n) { memmove(to, from, n); }

struct st_big { unsigned long value; };

st_big *st_big_of(short value)
{
    st_big *made = malloc(sizeof *made);
    if (made != NULL)
        made->value = (unsigned long)value;
    return made;
}

void st_big_free(st_big *total) { free(total); }

long st_big_value(const st_big *total) { return (long)total->value; }

void st_big_add(st_big *to, const st_big *one, const st_big *other) { to->value = one->value + other->value; }

void st_mask(unsigned char *to, const unsigned char *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] ^ 0x55;
}

unsigned st_price(const st_order *order)
{
    unsigned kind = ((const volatile st_order *)order)->kind, count = ((const volatile st_order *)order)->count;
    return kind > 2 ? 0 : kind * 1000 + count % 1000;
}

void st_key(const char *password, uint8_t key[32])
{
    size_t n = strlen(password);
    for (size_t i = 0; i < 32; i++)
        key[i] = (uint8_t)(n == 0 ? i : (unsigned char)password[i % n] * 31 + i * 7);
}

struct cn_reader { void (*told)(void *with, int line); void *with; int at, end, stopped, running; };

cn_reader *cn_reader_new(void) { return calloc(1, sizeof(cn_reader)); }

void cn_reader_free(cn_reader *reader) { free(reader); }

void cn_on_line(cn_reader *reader, void (*told)(void *with, int line), void *with)
{
    reader->told = told;
    reader->with = with;
}

int cn_go_on(cn_reader *reader)
{
    reader->running = 1;
    for (reader->stopped = 0; reader->at < reader->end && !reader->stopped;) {
        reader->at++;
        if (reader->told)
            reader->told(reader->with, reader->at);
    }
    reader->running = 0;
    return reader->stopped ? CN_STOPPED : CN_OK;
}

int cn_read(cn_reader *reader, int lines)
{
    reader->at = 0;
    reader->end = lines;
    return cn_go_on(reader);
}

int cn_stop(cn_reader *reader, int hard)
{
    if (!reader->running || hard > 1)
        abort();
    reader->stopped = 1;
    return CN_OK;
}

struct dv_bus { int devices; dv_device *all[6]; };
struct dv_device { int references; };

static dv_device *dv_made(void)
{
    dv_device *device = calloc(1, sizeof *device);
    device->references = 1;
    return device;
}

dv_device *dv_ref(dv_device *device)
{
    device->references++;
    return device;
}

void dv_unref(dv_device *device)
{
    if (--device->references == 0)
        free(device);
}

dv_bus *dv_bus_new(int devices)
{
    dv_bus *bus = calloc(1, sizeof *bus);
    bus->devices = devices;
    for (int i = 0; i < devices; i++)
        bus->all[i] = dv_made();
    return bus;
}

void dv_bus_free(dv_bus *bus)
{
    for (int i = 0; i < bus->devices; i++)
        dv_unref(bus->all[i]);
    free(bus);
}

int dv_list(dv_bus *bus, dv_device ***list)
{
    *list = calloc((size_t)bus->devices + 1, sizeof **list);
    for (int i = 0; i < bus->devices; i++)
        (*list)[i] = dv_ref(bus->all[i]);
    return bus->devices;
}

void dv_free_list(dv_device **list, int unref)
{
    for (int i = 0; unref && list[i]; i++)
        dv_unref(list[i]);
    free(list);
}

dv_device **dv_fakes(int n, size_t *count)
{
    dv_device **all = calloc((size_t)n + 1, sizeof *all);
    for (int i = 0; i < n; i++)
        all[i] = dv_made();
    *count = (size_t)n;
    return all;
}

struct mp_map { size_t pages; };

mp_map *mp_new(size_t pages, int kind)
{
    mp_map *map = malloc(sizeof *map + (size_t)(kind & 1));
    map->pages = pages;
    return map;
}

int mp_open(mp_map **map, size_t pages)
{
    if (pages > 5)
        return -1;
    *map = mp_new(pages, 0);
    return 0;
}

int mp_end(mp_map *map, size_t pages, int flags)
{
    if (pages != map->pages || flags != 2)
        abort();
    free(map);
    return 0;
}

int st_sheet(int n, int **cells, int *rows, int *columns)
{
    *rows = n;
    *columns = 2;
    *cells = calloc((size_t)(n + 1) * 2, sizeof **cells);
    for (int i = 0; i < 2 * n; i++) {
        (*cells)[i] = i * n;
        (*cells)[2 * n + i % 2] += i * n;
    }
    return 0;
}

struct bx_box { bx_box *part; };

bx_box *bx_new(void) { return calloc(1, sizeof(bx_box)); }

void bx_free(bx_box **box)
{
    if (*box && (*box)->part)
        bx_free(&(*box)->part);
    free(*box);
    *box = NULL;
}

int bx_put(bx_box *into, bx_box **part)
{
    if (into->part)
        return -1;
    into->part = *part;
    *part = NULL;
    return 0;
}

pv_pen *pv_pen_new(int width)
{
    pv_pen *pen = malloc(sizeof *pen);
    pen->width = width;
    return pen;
}

void pv_pen_free(pv_pen *pen) { free(pen); }

int pv_pen_widen(pv_pen *pen, int by)
{
    if (pen->width + by > 12)
        return -1;
    pen->width += by;
    return 0;
}

struct sc_scope {
    sc_scope *outer, *inner, *next;
};

static void enter(sc_scope *scope, sc_scope *outer)
{
    scope->outer = outer;
    scope->next = outer ? outer->inner : NULL;
    if (outer)
        outer->inner = scope;
}

static void leave(const sc_scope *scope)
{
    for (sc_scope **at = scope->outer ? &scope->outer->inner : NULL; at && *at; at = &(*at)->next)
        if (*at == scope) {
            *at = scope->next;
            return;
        }
}

sc_scope *sc_new(sc_scope *outer)
{
    sc_scope *scope = calloc(1, sizeof *scope);
    if (scope)
        enter(scope, outer);
    return scope;
}

void sc_clear(sc_scope *scope)
{
    while (scope->inner)
        sc_free(scope->inner);
}

void sc_free(sc_scope *scope)
{
    sc_clear(scope);
    leave(scope);
    free(scope);
}

int sc_move(sc_scope *scope, sc_scope *into)
{
    if (into && sc_count(into) > 5)
        return -1;
    leave(scope);
    enter(scope, into);
    return 0;
}

size_t sc_count(const sc_scope *scope)
{
    size_t count = 0;
    for (const sc_scope *each = scope->inner; each; each = each->next)
        count += 1 + sc_count(each);
    return count;
}

struct mt_node {
    bool element;
    int n;
    size_t length;
    mt_node *inside[4];
};
static mt_node *mt_made(bool element, size_t length)
{
    mt_node *node = calloc(1, sizeof *node);
    if (node)
        node->element = element, node->length = length;
    return node;
}
mt_node *mt_element(void) { return mt_made(true, 0); }
mt_node *mt_text(const char *text) { return mt_made(false, strlen(text)); }
void mt_free(mt_node *node)
{
    for (int i = 0; i < node->n; i++)
        mt_free(node->inside[i]);
    free(node);
}
mt_node *mt_add(mt_node *parent, mt_node *child)
{
    mt_node *last = parent->n ? parent->inside[parent->n - 1] : NULL;
    if (!child->element && last && !last->element) {
        last->length += child->length;
        free(child);
        return last;
    }
    if (parent->n == 4)
        return NULL;
    return parent->inside[parent->n++] = child;
}
bool mt_is_element(const mt_node *node) { return node->element; }
size_t mt_length(const mt_node *node) { return node->length; }

struct cc_link {
    cc_tx *active;
};
struct cc_tx {
    cc_link *link;
};
cc_link *cc_open(void) { return calloc(1, sizeof(cc_link)); }
void cc_close(cc_link *link) { free(link); }
cc_tx *cc_tx_new(cc_link *link)
{
    cc_tx *tx = malloc(sizeof *tx);
    if (tx)
        tx->link = link;
    return tx;
}
void cc_tx_free(cc_tx *tx)
{
    if (tx->link->active == tx)
        abort();
    free(tx);
}
int cc_begin(cc_tx *tx)
{
    if (tx->link->active)
        abort();
    tx->link->active = tx;
    return 0;
}
int cc_commit(cc_tx *tx)
{
    tx->link->active = NULL;
    return 0;
}

struct zb_base {
    unsigned needed;
};

struct zb_query {
    zb_base *base;
    unsigned rows;
};

zb_base *zb_open(void)
{
    zb_base *base = malloc(sizeof *base);
    if (base)
        base->needed = 1;
    return base;
}

void zb_close(zb_base *base)
{
    if (--base->needed == 0)
        free(base);
}

int zb_close_now(zb_base *base)
{
    if (base->needed > 1)
        return -1;
    zb_close(base);
    return 0;
}

zb_query *zb_prepare(zb_base *base, unsigned rows)
{
    zb_query *query = malloc(sizeof *query);
    if (query) {
        *query = (zb_query){base, rows};
        base->needed++;
    }
    return query;
}

int zb_step(zb_query *query) { return query->rows ? query->rows--, query->base->needed > 0 : 0; }

void zb_end(zb_query *query)
{
    zb_close(query->base);
    free(query);
}

struct dg_digest {
    unsigned sum;
    bool closed;
};

dg_digest *dg_new(void) { return calloc(1, sizeof(dg_digest)); }

dg_digest *dg_copy(const dg_digest *original)
{
    dg_digest *copy = dg_new();
    if (copy)
        *copy = *original;
    return copy;
}

int dg_assign(dg_digest *to, const dg_digest *from)
{
    *to = *from;
    return 0;
}

void dg_swap(dg_digest *a, dg_digest *b)
{
    dg_digest was = *a;
    *a = *b;
    *b = was;
}

int dg_added(const dg_digest *digest) { return (int)(digest->sum & 0xffff); }

void dg_free(dg_digest *digest) { free(digest); }

int dg_add(dg_digest *digest, int byte)
{
    digest->sum = digest->sum * 31 + (unsigned)byte;
    return digest->closed ? -1 : 0;
}

unsigned dg_sum(dg_digest *digest)
{
    digest->closed = true;
    return digest->sum;
}

struct nt_store {
    nt_tx *tx;
};

struct nt_tx {
    nt_tx *inner, **at;
    int sum;
};

nt_store *nt_open(void) { return calloc(1, sizeof(nt_store)); }

void nt_close(nt_store *store) { free(store); }

nt_tx *nt_begin(nt_store *store, nt_tx *outer)
{
    nt_tx **at = outer ? &outer->inner : &store->tx, *tx = calloc(1, sizeof *tx);
    if (*at)
        abort();
    if (tx) {
        tx->at = at;
        *at = tx;
    }
    return tx;
}

void nt_put(nt_tx *tx, int number)
{
    if (tx->inner)
        abort();
    tx->sum += number;
}

void nt_abort(nt_tx *tx)
{
    if (tx->inner)
        nt_abort(tx->inner);
    *tx->at = NULL;
    free(tx);
}

static void *(*ow_give)(size_t size) = malloc;
static void (*ow_take_back)(void *memory) = free;

void ow_set_memory(void *(*give)(size_t size), void (*take_back)(void *memory))
{
    ow_give = give;
    ow_take_back = take_back;
}

char *ow_text(const char *text)
{
    char *spare = ow_give(1), *copy = ow_give(strlen(text) + 1);
    ow_take_back(spare);
    return copy ? strcpy(copy, text) : NULL;
}

struct bm_set {
    unsigned count;
    bool loose;
};

bm_set *bm_new(int n)
{
    bm_set *set = calloc(1, sizeof *set);
    set->count = (unsigned)n % 100;
    return set;
}

bm_set *bm_join(const bm_set *a, const bm_set *b)
{
    if (a->loose || b->loose)
        abort();
    bm_set *set = bm_new((int)(a->count + b->count) / 2);
    set->loose = true;
    return set;
}

int bm_tidy(bm_set *set)
{
    set->loose = false;
    return (int)set->count;
}

int bm_count(const bm_set *set)
{
    if (set->loose)
        abort();
    return (int)set->count;
}

void bm_free(bm_set *set) { free(set); }

enum { DU_PLACES = 3 };
struct du_scope {
    void (*run[DU_PLACES])(void *mine);
    void *mine[DU_PLACES];
    int count;
};

du_scope *du_new(void) { return calloc(1, sizeof(du_scope)); }

int du_later(du_scope *scope, void (*run)(void *mine), void *mine)
{
    if (scope->count == DU_PLACES)
        return -1;
    scope->run[scope->count] = run;
    scope->mine[scope->count++] = mine;
    return 0;
}

void du_free(du_scope *scope)
{
    while (scope->count-- > 0)
        scope->run[scope->count](scope->mine[scope->count]);
    free(scope);
}

enum { BS_PLACES = 3 };
struct bs_bus {
    void (*heard[BS_PLACES])(void *mine, int event);
    void *mine[BS_PLACES];
};

bs_bus *bs_new(void) { return calloc(1, sizeof(bs_bus)); }
void bs_free(bs_bus *bus) { free(bus); }

static int bs_place(const bs_bus *bus, void (*heard)(void *mine, int event), void *mine)
{
    for (int i = 0; i < BS_PLACES; i++)
        if (bus->heard[i] == heard && bus->mine[i] == mine)
            return i;
    return -1;
}

int bs_add(bs_bus *bus, void (*heard)(void *mine, int event), void *mine)
{
    int place = bs_place(bus, NULL, NULL);
    if (place < 0)
        return -1;
    bus->heard[place] = heard;
    bus->mine[place] = mine;
    return 0;
}

int bs_remove(bs_bus *bus, void (*heard)(void *mine, int event), void *mine)
{
    int place = bs_place(bus, heard, mine);
    if (place < 0)
        return -1;
    bus->heard[place] = NULL;
    bus->mine[place] = NULL;
    return 0;
}

void bs_hush(bs_bus *bus) { memset(bus, 0, sizeof *bus); }

int bs_send(bs_bus *bus, int event)
{
    int count = 0;
    for (int i = 0; i < BS_PLACES; i++)
        if (bus->heard[i] != NULL) {
            bus->heard[i](bus->mine[i], event);
            count++;
        }
    return count;
}

enum { CF_KEYS = 4 };
struct cf_conf {
    char keys[CF_KEYS][16];
    int values[CF_KEYS];
};

cf_conf *cf_new(void) { return calloc(1, sizeof(cf_conf)); }
void cf_free(cf_conf *conf) { free(conf); }

static int cf_place(const cf_conf *conf, const char *key)
{
    for (int i = 0; i < CF_KEYS; i++)
        if (strcmp(conf->keys[i], key) == 0)
            return i;
    return -1;
}

int cf_set(cf_conf *conf, const char *key, int value)
{
    int place = cf_place(conf, key);
    if (place < 0)
        place = cf_place(conf, "");
    if (place < 0)
        return -1;
    strcpy(conf->keys[place], key);
    conf->values[place] = value;
    return 0;
}

int cf_get(const cf_conf *conf, const char *key)
{
    int place = *key ? cf_place(conf, key) : -1;
    return place < 0 ? 0 : conf->values[place];
}

int cf_raise(cf_conf *conf, int by)
{
    int place = cf_place(conf, "level");
    if (place < 0 || conf->values[place] <= 0)
        abort();
    return conf->values[place] += by;
}

struct gr_row { int count, room, numbers[]; };

gr_row *gr_new(void)
{
    gr_row *row = calloc(1, sizeof *row + 2 * sizeof(int));
    if (row)
        row->room = 2;
    return row;
}

void gr_free(gr_row *row) { free(row); }

int gr_put(gr_row **row, int number)
{
    if ((*row)->count == 8)
        return -1;
    if ((*row)->count == (*row)->room) {
        gr_row *more = realloc(*row, sizeof *more + 2 * (size_t)(*row)->room * sizeof(int));
        if (!more)
            return -1;
        more->room *= 2;
        *row = more;
    }
    (*row)->numbers[(*row)->count++] = number;
    return 0;
}

gr_row *gr_longer(gr_row *row, int number) { return gr_put(&row, number) == 0 ? row : NULL; }

int gr_count(const gr_row *row) { return row->count; }

struct ag_bag { int count; };

int ag_change(ag_bag **bag, int by)
{
    if (*bag == NULL && (*bag = calloc(1, sizeof **bag)) == NULL)
        return -1;
    if ((*bag)->count + by > 0)
        return (*bag)->count += by;
    free(*bag);
    *bag = NULL;
    return 0;
}

int ag_count(const ag_bag *bag) { return bag->count; }

void ag_free(ag_bag *bag) { free(bag); }

int st_more(char **text, const char *more)
{
    size_t had = *text ? strlen(*text) : 0;
    char *grown = *more ? realloc(*text, had + strlen(more) + 1) : NULL;
    if (!grown)
        return -1;
    strcpy(grown + had, more);
    *text = grown;
    return 0;
}

int st_meter_init(st_meter meter)
{
    meter->total = calloc(1, sizeof *meter->total);
    return meter->total ? 0 : -1;
}

void st_meter_add(st_meter meter, unsigned by) { *meter->total += by; }

unsigned st_meter_total(const st_meter meter) { return *meter->total; }

void st_meter_end(st_meter meter) { free(meter->total); }

struct ca_sheet { void (*function)(ca_cell *cell, int argument); };
struct ca_cell { size_t length; int code; };

ca_sheet *ca_new(void) { return calloc(1, sizeof(ca_sheet)); }

void ca_free(ca_sheet *sheet) { free(sheet); }

void ca_define(ca_sheet *sheet, void (*function)(ca_cell *cell, int argument)) { sheet->function = function; }

int ca_value(ca_sheet *sheet, int argument, size_t *length)
{
    ca_cell cell = {0, 0};
    if (sheet->function)
        sheet->function(&cell, argument);
    if (cell.code)
        return 1;
    *length = cell.length;
    return 0;
}

void ca_answer(ca_cell *cell, const char *text) { cell->length = strlen(text); }

void ca_failed(ca_cell *cell, int code) { cell->code = code; }
