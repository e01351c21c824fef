/* What the examples of the page on the contract language are about. */
#ifndef PAGE_H
#define PAGE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>

/* A text that is cut to the room there is. */
size_t clip_text(const char *text, size_t length, char *out, size_t capacity);

/* A guard that admits what it has a route for. */
typedef enum rg_kind { RG_QUOTE, RG_BOOK } rg_kind;
typedef enum rg_status { RG_STATUS_OK, RG_STATUS_INVALID } rg_status;
typedef enum rg_reason { RG_OK, RG_NO_ROUTE, RG_NO_KIND } rg_reason;
typedef struct rg_request {
    const char *route;
    size_t route_len;
    uint64_t payload_bytes;
    rg_kind kind;
} rg_request;
typedef struct rg_guard rg_guard;
rg_guard *rg_guard_new(void);
void rg_guard_free(rg_guard *guard);
rg_status rg_guard_add_route(rg_guard *guard, const char *route, size_t route_len);
bool rg_admit(const rg_guard *guard, const rg_request *request, rg_reason *reason);

/* Strings, numbers and records by themselves. */
typedef enum st_status { ST_OK, ST_SHORT, ST_INVALID } st_status;
typedef struct st_span { int first, last; } st_span;
typedef struct st_table {
    size_t used, room;
    const char *head;
    st_span span;
} st_table;
typedef struct st_card { const char *digits; } st_card;
typedef struct st_date { int year, month, day; } st_date;
typedef struct st_state { int step, of; } st_state;
bool st_get(const char *key, char *out, size_t capacity, size_t *size);
bool st_has(const char *key);
st_span st_middle(const st_table *table);
st_status st_frame(int kind, const char *name, uint8_t *out, size_t cap, size_t *needed);
typedef enum st_type { ST_NOTHING, ST_NUMBER, ST_TEXT } st_type;
typedef struct st_value {
    st_type type;
    union {
        long number;
        struct {
            const char *start;
            size_t length;
        } text;
    } data;
} st_value;
typedef struct st_outline {
    unsigned flags;
    union {
        double radius;
        struct {
            float width, height;
        };
    };
} st_outline;
int st_covered(int count, st_outline (*next)(void *context, int number), void *context);
int st_take(const char *text);
int st_last_error(void);
typedef struct st_slate st_slate;
st_slate *st_slate_new(int rows);
void st_slate_free(st_slate *slate);
int st_slate_status(const st_slate *slate);
void st_slate_line(st_slate *slate, int row);
int st_slate_lines(const st_slate *slate);
void st_slate_wipe(st_slate *slate);
long st_ordinal(const char *text);
typedef struct st_score { int error; long sum; } st_score;
void st_score_begin(st_score *sum);
int st_add(st_score *sum, int number);
int st_parsed(const char *text, st_value *value);
size_t st_width(const st_value *value);
double st_perimeter(const st_outline *outline);
typedef struct st_mistake { int code, at; } st_mistake;
int st_number(const char *text, int *number, st_mistake *mistake);
st_status st_read(int from, int *value, size_t *needed, uint8_t *scratch, size_t n, st_state *state);
st_status st_parse(const uint8_t *frame, size_t length);
bool st_pay(const st_card *card);
int st_weekday(const st_date *date);
void st_sort(int *xs, size_t n);
double st_mean(const double *xs, size_t n);
uint32_t st_hash(const char *text);
#define st_checksum_of st_checksum_of_v2
unsigned st_checksum_of(const uint8_t *bytes, size_t n);
void st_print(const char *text);
void st_localise(void);
const char *st_intern(const char *text);
const char *st_word(int number);
const char *st_version(void);
char *st_spell(int number);
char *st_shout(const char *text, char *room, size_t *size);
char *st_spell_into(int number, char *room);
size_t st_quote(const char *text, char *out, size_t room);
char *st_unquote(const char *quoted);
int st_dup(const char *text, char **copy);
int st_text(char *out, size_t room, const char *text);
size_t st_scan_words(const char *text, size_t length, unsigned *words);
long st_copy_some(const char *from, size_t count, char *to);
typedef struct {
    short *samples;
    int n;
} st_track;
void st_amplify(const st_track *track, int by);
void st_squeeze(char *text);
/* A length that says that a NUL ends the text. */
#define ST_UP_TO_NUL ((size_t)-1)
int st_digits_of(const char *text, size_t n);
int st_letters_of(const char *text, int n);
int st_units_of(const uint16_t *text, int n);
int st_fetch(unsigned key, char **out);

/* Pointers behind pointers, in arrays, and into memory of the caller's. */
typedef struct st_entry { unsigned key; const char *name; } st_entry;
typedef struct st_route { const char *const *tags; } st_route;
typedef struct st_error { int code; char *message; } st_error;
typedef struct st_packet { uint16_t count; uint8_t data[]; } st_packet;
int st_entries(unsigned wanted, st_entry **entries, size_t *count);
size_t st_measure(const char *const *text);
char *st_join(const char *const *words, size_t n);
unsigned st_hash_parts(const uint8_t *const *parts, const size_t *sizes, size_t n);
void st_zero_parts(uint8_t *const *parts, const size_t *sizes, size_t n);
int st_scan(const char *text, st_entry ***entries);
int st_halves(const char *text, char *halves[2]);
char **st_split(const char *text);
void st_free_words(char **words);
int st_lines(const char *text, char ***lines, size_t *count);
void st_free_lines(char **lines, size_t count);
int *st_squares(int n);
typedef struct st_stock st_stock;
st_stock *st_stock_new(void);
void st_stock_free(st_stock *stock);
void st_stock_add(st_stock *stock, int n);
int st_stock_take(st_stock *stock, int want); /* how many it has taken */
int st_stock_have(const st_stock *stock);
typedef struct { short weight; char name[6]; } st_item;
void st_items_sort(st_item *items, size_t n, int (*order)(const st_item *a, const st_item *b));

typedef struct sx_set sx_set;
sx_set *sx_new(unsigned (*hash)(const char *key), int (*equal)(const char *a, const char *b));
void sx_free(sx_set *set);
int sx_put(sx_set *set, const char *key);
int sx_has(const sx_set *set, const char *key);

typedef struct ev_settings ev_settings;
typedef struct ev_player ev_player;
ev_settings *ev_settings_new(void);
void ev_settings_free(ev_settings *settings);
void ev_on_open(ev_settings *settings, void (*open)(void));
void ev_on_close(ev_settings *settings, void (*close)(void));
int ev_player_new(ev_player **player, const ev_settings *settings);
void ev_player_free(ev_player *player);
void ev_play(ev_player *player, const char *text, size_t n);

typedef struct ro_rope ro_rope;
ro_rope *ro_new(void);
void ro_free(ro_rope *rope);
int ro_lend(ro_rope *rope, const char *bytes, size_t n, void (*gone)(void *mine), void *mine);
int ro_refer(ro_rope *to, ro_rope *from);
unsigned ro_sum(const ro_rope *rope);

typedef struct db_base db_base;
typedef struct db_rows db_rows;
db_base *db_open(void);
int db_close(db_base *base);
int db_query(db_base *base, const char *text, db_rows **rows);
void db_rows_free(db_rows *rows);

typedef struct st_tx st_tx;
st_tx *st_tx_new(void);
void st_tx_free(st_tx *tx);
void st_tx_begin(st_tx *tx);
int st_tx_end(st_tx *tx);
int st_tx_write(st_tx *tx);
typedef struct { const char *word; size_t at; unsigned flags; } st_remark;
int st_remark_open(st_remark *remark);
void st_remark_close(st_remark *remark);
int st_remark_word(st_remark *remark, const char *word);
typedef struct st_bag st_bag;
st_bag *st_bag_new(void);
void st_bag_free(st_bag *bag);
void st_bag_put(st_bag *bag, void *thing, void (*gone)(void *thing));
typedef struct st_jar st_jar;
typedef struct st_tap st_tap;
st_jar *st_jar_new(void);
void st_jar_free(st_jar *jar);
void st_jar_fill(st_jar *jar);
void st_jar_pour(st_jar *into, st_jar *from);
bool st_jar_is_full(const st_jar *jar);
st_tap *st_tap_new(st_jar *jar);
int st_tap_run(st_tap *tap);
void st_tap_free(st_tap *tap);
void st_free_squares(int n, int *squares);
void st_names(unsigned n, char ***names);
size_t st_numbered(const char *const *labels, size_t n);
size_t st_values(const char *const *settings);
unsigned st_checksum(const uint8_t *const *blocks);
size_t st_count_words(const int *codes);
size_t st_tags(const st_route *route);
enum { ST_LAST = 9 };
typedef struct st_setting { const char *name; int value; } st_setting; /* the last one has no name */
typedef struct st_stage { int level, kind; } st_stage;                 /* the last one is ST_LAST */
int st_setting_of(const st_setting *settings, const char *name);
int st_reverse(const st_stage *stages, st_stage *reversed, size_t room);
const st_setting *st_defaults(void);
typedef struct st_parcel { unsigned char kind, size; char data[]; } st_parcel;  /* `size` bytes of data */
typedef struct st_chunk { unsigned size, kind; char data[]; } st_chunk;         /* `size` of all of it */
long st_parcels(const char *text, unsigned char *parcels, size_t room);
int st_chunks(unsigned n, st_chunk **chunks, size_t *size);
const unsigned char *st_known_parcels(size_t *size);
unsigned st_weight(const unsigned char *parcels, size_t size);
unsigned st_kinds(const st_chunk *chunks, int n); /* the kinds of all, or-ed */
void st_each_parcel(unsigned n, void (*each)(const unsigned char *parcels, size_t size, void *mine), void *mine);
typedef union st_unit { struct { int kind, length; } header; struct { double x, y; } point; } st_unit;
typedef struct st_stretch { int kind, length; long : 64; struct st_spot { double x, y; } spots[]; } st_stretch; /* the same */
typedef struct st_trail { const st_unit *units; int count; } st_trail;
void st_trail_of(int n, st_trail *trail);
typedef struct st_plot st_plot;
st_plot *st_plot_new(void);
void st_plot_free(st_plot *line);
int st_plot_scale(st_plot *line, int by);
int st_plot_error(const st_plot *line);
typedef struct st_lump { size_t size; unsigned char *data; } st_lump;
typedef struct st_batch { st_lump *lumps; size_t n; } st_batch;
void st_lump_size(unsigned which, st_lump *lump);
void st_lump_read(unsigned which, st_lump *lump);
const st_lump *st_lump_name(void);
unsigned st_batch_sum(const st_batch *batch);
void st_batch_fill(const st_batch *batch, int by);
typedef struct st_series { int status, n, *items; } st_series;
st_series *st_series_of(int n);
void st_series_free(st_series *series);
long st_sum_of(const int *begin, const int *end);
long st_search(const char *text, const char *end, const char *from, const char *to, char wanted);
int st_put_in_front(uint8_t **at, uint8_t *start, uint8_t byte);
long st_digits(const char *text, const char **rest);
const char *st_find(const char *text, int c);
typedef struct { const char *first, *after_last; } st_part;
typedef struct pi_piece pi_piece;
pi_piece *pi_new(int weight);
void pi_free(pi_piece *piece);
enum { PI_TAKE = 1, PI_LAST = 2 };
typedef struct pi_box pi_box;
pi_box *pi_box_new(void);
void pi_box_free(pi_box *box);
void pi_box_put(pi_box *box, pi_piece *piece, unsigned flags); /* PI_TAKE: the box has it; otherwise it has a copy */
int pi_box_weight(const pi_box *box);
int pi_cut(const pi_piece *piece, pi_piece **parts, size_t room, size_t *n);
typedef struct st_row st_row;
st_row *st_row_new(const uint8_t *blob, size_t n);
void st_row_free(st_row *row);
const void *st_row_blob(st_row *row, int column);
int st_row_bytes(st_row *row, int column);
int st_row_shorts(const st_row *row, const int16_t **shorts);
size_t st_row_size(const st_row *row);
const uint8_t *st_row_grid(const st_row *row);
size_t st_row_lines(const st_row *row);
size_t st_row_width(const st_row *row);
size_t st_row_room(const st_row *row);
bool st_row_is_zero(const st_row *row, const uint8_t *digits);
typedef struct st_writing { void (*put)(void *self, int number); void (*end)(void *self); } st_writing;
typedef struct st_writer { const st_writing *methods; void *self; } st_writer;
void st_write(const st_writer *writer, int n);
void *st_writer_self(const st_writer *writer);
int st_also(char ***words, const char *word);
const char *st_checkers(int size, int *rows, int *columns);
typedef struct st_cut_head { unsigned kept, whole; } st_cut_head;
const char *st_cut(const char *text, unsigned most, st_cut_head *head);
int st_sheet(int n, int **cells, int *rows, int *columns);
typedef struct st_reader st_reader;
st_reader *st_reader_new(const char *text);
void st_reader_free(st_reader *reader);
char *st_token(char *text, const char *delimiters, char **save);
long st_line(char **line, size_t *room, st_reader *from);
typedef struct zs_in { const uint8_t *src; size_t size, pos; } zs_in;
typedef struct zs_out { uint8_t *dst; size_t size, pos; } zs_out;
typedef struct zs_turner zs_turner;
zs_turner *zs_new(void);
void zs_free(zs_turner *turner);
int zs_turn(zs_turner *turner, zs_out *output, zs_in *input); /* turns each byte over */
int st_next_char(const char **at, const char *end); /* -1 at the end */
size_t st_widen(int *to, const char **from, size_t room);
size_t st_row_hex(const st_row *row, char *out);
void st_row_copy(const st_row *row, uint8_t *bytes);
size_t st_row_copies(const st_row *row, uint8_t *bytes, size_t n);
typedef struct { const uint8_t *p, *end; } st_input_left;
int st_key_value(const char *line, size_t n, st_part *key, st_part *value);
st_part st_trim(st_part text);
int st_next_byte(st_input_left *left);
char *st_sketch(const char *text, st_error **error);
void st_error_free(st_error *error);
unsigned st_packet_sum(const st_packet *packet);
typedef struct { unsigned char size, kind; } st_stamp;
typedef struct { st_stamp stamp; char text[]; } st_letter;
unsigned st_postage(const st_stamp *stamp);
void st_roll_begin(void *memory, size_t room);
int st_roll_add(st_stamp *roll, size_t room, unsigned char byte);
void st_string_free(char *text);
const uint8_t *st_bytes(size_t count, size_t *out_len);

/* Samples, and a job that has some of everything. */
typedef struct lv_table lv_table;
typedef struct st_job {
    int level;
    const char *name;
    const float *samples;
    size_t count;
    char *out;
    size_t room;
    lv_table *table;
} st_job;
size_t st_run(const st_job *job);
void st_mix(float *samples, size_t count, int rate, const char *label);
uint32_t st_check(const uint32_t *words, size_t n);
rg_kind st_kind(int number);
int st_rate(unsigned quality);
const float *st_samples(size_t count);

/* What is asked for, and what is granted of it. */
enum { ST_READ = 1, ST_WRITE = 2, ST_SYNC = 4 };
typedef struct st_access { unsigned granted; } st_access;
unsigned st_allowed(const st_access *access, unsigned mode);
int st_each_mode(unsigned mode, void (*each)(void *data, unsigned one), void *data);

/* Texts of a form, and bytes that are text. */
typedef struct st_peer { const char *address; } st_peer;
int st_minutes(const char *time);
void st_unescape(char *text);
size_t st_fields(const char **fields, size_t *lengths, size_t most, const char *line, size_t n);
typedef struct st_mixer st_mixer;
st_mixer *st_mixer_new(int channels);
void st_mixer_free(st_mixer *mixer);
int st_mixer_add(st_mixer *mixer, const short *samples, int frames, short *sums);
int st_mixer_mute(st_mixer *mixer, int channel);
int st_reach(const st_peer *peer, int (*tell)(void *data, const char *what), void *data);
const char *st_release(void);
int st_letters(const uint8_t *text, size_t n);
int st_valid(const uint8_t *text, size_t n);
char *st_twice(const char *text);
void st_move(void *to, const void *from, size_t n);
typedef struct st_big st_big;
st_big *st_big_of(short value);
void st_big_free(st_big *total);
long st_big_value(const st_big *total);
void st_big_add(st_big *to, const st_big *one, const st_big *other);
void st_mask(unsigned char *to, const unsigned char *from, size_t n);
typedef struct st_order { unsigned kind, count; } st_order;
unsigned st_price(const st_order *order);
void st_key(const char *password, uint8_t key[32]);
typedef void (*st_progress)(int percent, int step, const uint8_t *piece, size_t size, const char *what, lv_table *of, void *mine);
void st_watch(lv_table *table, st_progress told, void *self);

/* A store that threads share. */
typedef struct st_store st_store;
st_store *st_open(void);
void st_close(st_store *store);
void st_put(st_store *store, int number);
long st_total(const st_store *store);

/* A table, and what it is lent. */
typedef struct lv_cursor lv_cursor;
lv_table *lv_table_new(const char *name);
void lv_table_free(lv_table *table);
int lv_add(lv_table *table, int number);
int lv_mean(const lv_table *table); /* of one number at least */
size_t lv_count(const lv_table *table);
typedef struct lv_watch { const lv_table *table; int full; } lv_watch;
int lv_watch_all(lv_watch *watched, int n, size_t most);
int lv_size(const lv_table *table, int *size); /* -1 of one that is full */
typedef struct lv_hit { int place, more; } lv_hit;
int lv_hit_of(const lv_table *table, int number, lv_hit *hit);
typedef struct lv_moment { int day, minute; } lv_moment;
lv_moment lv_moment_of(long minutes);
long lv_minutes_of(lv_moment moment);
bool lv_is_early(lv_moment moment);
lv_moment lv_day_after(lv_moment moment);
int lv_next_day(lv_moment moment, lv_moment *next);
int lv_sum_of(const lv_table *table, const int *places, size_t n);
typedef struct lv_bytes { const char *data; size_t size; } lv_bytes;
size_t lv_letters(const char *data, size_t size);                  /* how many of them are letters */
void lv_first_word(const lv_bytes *bytes, lv_bytes *word);         /* the first letters, of which there are some */
int lv_at(const lv_table *table, int place);
size_t lv_numbers(const lv_table *table, int *numbers, size_t room); /* returns how many there are */
bool lv_place(const lv_table *table, int number, int *place); /* where the number is, if it is there */
enum { LV_EVEN = 1, LV_FULL = 2 };
unsigned lv_flags(const lv_table *table); /* LV_EVEN: it has an even number of numbers */
int lv_set(lv_table *table, int place, int number); /* 0, or -1 where there is none */
int lv_between(int low, int high);                 /* the middle; -1 where none is between them */
int lv_middle(const lv_table *table);     /* the mean of the two in the middle */
int lv_ratio(const lv_table *table, int place); /* of a number to the one before it */
void lv_lay(lv_table *table, lv_table *below);
lv_table *lv_below(const lv_table *table);
typedef struct lv_spot { const lv_table *table; int place; } lv_spot; /* none where the place is below 0 */
lv_spot lv_first(const lv_table *table);
lv_spot lv_after(lv_spot spot);
lv_spot lv_before(lv_spot spot);
bool lv_is_spot(lv_spot spot);
bool lv_is_same(lv_spot spot, lv_spot other);
void lv_own(lv_table *table, void *mine);
void *lv_mine(const lv_table *table);
bool lv_is_called(const lv_table *table, const char *name);
void lv_add_from(lv_table *table, int place); /* the number at a place of the table below */
int lv_common(const lv_table *one, const lv_table *other); /* how many are in both, of at most 100 altogether */
const char *lv_name(const lv_table *table);
const char *lv_name_or(const lv_table *table, const char *otherwise); /* where it has no name, `otherwise` */
void lv_rename(lv_table *table, const char *name);      /* not to the name that it has, nor to none */
double lv_share(const lv_table *table);                 /* how much of it is used */
double lv_over(const lv_table *table, double share);    /* how much of it is used beyond that share, or 0 */
void lv_all_over(const lv_table *table, const double *shares, double *over, size_t n);
int lv_reserve(lv_table *table, double share);          /* how many numbers that are */
int lv_find_name(const lv_table *table, const char **name);
typedef struct st_alphabet { int (*fold)(int c); } st_alphabet;
extern const st_alphabet st_ascii, st_upper;
bool st_same(const st_alphabet *alphabet, const char *one, const char *other);
typedef struct st_page { const uint8_t *head, *body; size_t size; } st_page;
typedef struct st_stream st_stream;
st_stream *st_stream_new(void);
void st_stream_free(st_stream *stream);
int st_stream_page(st_stream *stream, st_page *page); /* there until the next one */
st_page st_blank_page(void);
typedef struct lv_label { const char *text; int letters; } lv_label;
int lv_find_label(const lv_table *table, lv_label *label);
enum { LV_LENT = 1, LV_LOUD = 2 };
int lv_lend_or_copy(lv_table *table, const char *label, unsigned flags); /* has the label itself with LV_LENT */
void lv_lend(lv_table *table, const char *name, const char *label, const int *numbers, size_t n);
lv_cursor *lv_cursor_new(lv_table *table);
void lv_cursor_free(lv_cursor *cursor);
int lv_next(lv_cursor *cursor);

/* What comes before all other calls, and after them. */
int st_begin(int level);
void st_end(void);

/* A connection, whose calls have an order. */
enum { CN_OK = 0, CN_CLOSED = -1 };
typedef struct cn_connection cn_connection;
cn_connection *cn_new(void);
void cn_free(cn_connection *connection);
int cn_set_name(cn_connection *connection, const char *name);
int cn_open(cn_connection *connection);
int cn_send(cn_connection *connection, const uint8_t *bytes, size_t length, bool last);
int cn_reset(cn_connection *connection);
bool cn_is_open(const cn_connection *connection);
size_t cn_sent(const cn_connection *connection);

/* A reader, which a callback may stop. */
enum { CN_STOPPED = 1 };
/* Sets; what is joined is counted by `bm_tidy`, before anything else is done with it. */
typedef struct bm_set bm_set;
bm_set *bm_new(int n);
bm_set *bm_join(const bm_set *a, const bm_set *b);
int bm_tidy(bm_set *set);
int bm_count(const bm_set *set);
void bm_free(bm_set *set);

typedef struct cn_reader cn_reader;
cn_reader *cn_reader_new(void);
void cn_reader_free(cn_reader *reader);
void cn_on_line(cn_reader *reader, void (*told)(void *with, int line), void *with);
int cn_read(cn_reader *reader, int lines);
int cn_go_on(cn_reader *reader);
int cn_stop(cn_reader *reader, int hard);

/* A reader that tells of `(a`, `)` and letters, and of messages: `h` is the head, `b` a piece of the body, `e` the end. */
typedef struct ev_reader ev_reader;
typedef struct {
    void (*begin)(void *data);
    void (*head)(void *data);
    void (*body)(void *data);
    void (*complete)(void *data);
} ev_message;
ev_reader *ev_reader_new(void);
void ev_reader_free(ev_reader *reader);
void ev_on_element(ev_reader *reader, void (*start)(char name), void (*end)(char name));
void ev_on_text(ev_reader *reader, void (*text)(char letter));
int ev_read(ev_reader *reader, const char *bytes, size_t n, int last);
void ev_rewind(ev_reader *reader);
int ev_message_read(ev_reader *reader, const ev_message *message, void *data, const char *bytes, size_t n);

/* Texts that are released with what holds them, and entries that go back to it one by one. */
typedef struct st_heap st_heap;
st_heap *st_heap_new(void);
int st_heap_put(st_heap *heap, char *text);
void st_heap_free(st_heap *heap);
void st_heap_free_full(st_heap *heap, void (*release)(void *text));
int st_borrow(st_heap *heap, st_entry ***entries);
void st_give_back(st_heap *heap, int kind, st_entry *entry);

/* A key in the caller's memory, and a token that is freed. */
typedef struct { uint8_t key[32]; unsigned uses; } st_vault;
void st_vault_open(st_vault *vault, const uint8_t seed[32]);
unsigned st_vault_use(st_vault *vault);
void st_vault_close(st_vault *vault);
typedef struct st_scanner { unsigned digits; int stopped; } st_scanner;
typedef struct st_scan_settings { void (*on_digit)(st_scanner *scan); } st_scan_settings;
void st_scanner_open(st_scanner *scanner);
int st_scanner_run(st_scanner *scanner, const st_scan_settings *settings, const char *text);
void st_scanner_stop(st_scanner *scanner);
int st_note(unsigned number, const char *path);
int st_noted(const char *path);
#define ST_NOWHERE ((void *)-1)
#define ST_CLOSE 1e-9
typedef struct { int count; const char *last; } st_basket;
st_basket *st_basket_new(void);
void st_basket_free(st_basket *basket);
void st_basket_add(st_basket *basket, const char *word);
int *st_fives(int most, size_t *count);
void st_sized_free(void *memory, size_t bytes);
void *st_area(size_t n);
void *st_room(size_t n);
int st_area_end(void *area, size_t n);
typedef void *st_code;
st_code st_code_open(const char *name);
int st_code_close(st_code code);
int st_alike(double one, double other); /* by less than ST_CLOSE */
char *st_pass(uint64_t seed);
int st_pass_into(uint64_t seed, char **made);
void st_pass_free(char *token);

/* Values that count their references, lists of them that take them over or share them, and who watches a list. */
typedef struct vl_value vl_value;
typedef struct vl_watch vl_watch;
vl_value *vl_number(int number);
vl_value *vl_list(void);
vl_value *vl_ref(vl_value *value);
void vl_unref(vl_value *value);
int vl_append(vl_value *list, vl_value *value);
int vl_append_new(vl_value *list, vl_value *value);
vl_value *vl_get(const vl_value *list, size_t index);
vl_value *vl_get_ref(const vl_value *list, size_t index);
int vl_find(const vl_value *list, const char *label, vl_value **found);
int vl_append_all(vl_value *list, vl_value **values, size_t n);
int vl_remove(vl_value *list, size_t index);
int vl_extend(vl_value *list, vl_value *other);
vl_value *vl_copy(vl_value *value);
const char *vl_label(const vl_value *value);
int vl_set_label(vl_value *value, const char *label);
vl_watch *vl_watch_new(void);
void vl_watch_free(vl_watch *watch);
int vl_watch_on(vl_watch *watch, vl_value *list);
int vl_watch_off(vl_watch *watch, vl_value *list);

/* Files and timers, by number. */
typedef enum { DY_NUMBER, DY_LIST } dy_tag;
typedef struct { dy_tag tag; union { double number; struct dy_items *items; } is; } dy_value;
dy_value dy_number(double number);
dy_value dy_list_of(int count);
dy_value dy_copy(dy_value value);
dy_value dy_push(dy_value list, dy_value value);
dy_tag dy_kind(dy_value value);
int dy_count(dy_value list);
void dy_free(dy_value value);
int vl_open(const char *name);
int vl_pair(int *one, int *two);
int vl_shut(int file);
int vl_size(int file);
void vl_on_ready(int file, void (*ready)(void *mine, int file), void *mine);
int vl_files(void);
typedef struct vl_poll { int file; short ready; } vl_poll;
bool vl_ready(vl_poll *poll);
typedef unsigned vl_timer;
int vl_start(vl_timer *timer, int ticks);
int vl_stop(vl_timer timer);
int vl_tick(vl_timer timer);

/* Nodes of a tree, which is their parent's until they are taken out. */
typedef struct pa_list pa_list;
typedef struct pa_place pa_place;
pa_list *pa_empty(void);
pa_list *pa_of(const char *text);
void pa_free(pa_list *list);
pa_place *pa_first(pa_list *list);
pa_place *pa_next(const pa_list *list, pa_place *place);
typedef struct { const pa_list *list; size_t at; } pa_mark;
int pa_mark_first(pa_mark *mark, const pa_list *list);
int pa_mark_next(pa_mark *mark);
typedef struct mt_node mt_node;
mt_node *mt_element(void);
mt_node *mt_text(const char *text);
void mt_free(mt_node *node);
mt_node *mt_add(mt_node *parent, mt_node *child); /* text behind text is merged into that, and freed */
bool mt_is_element(const mt_node *node);
size_t mt_length(const mt_node *node);
typedef struct no_node no_node;
no_node *no_node_new(void);
void no_node_free(no_node *node);
int no_append(no_node *parent, no_node *child);
void no_unlink(no_node *node);
void no_take_out(no_node *parent, no_node *child); /* which is in it */
int no_move(no_node *parent, no_node *child); /* out of where it is, if anywhere */
no_node *no_parent(const no_node *node);
no_node *no_first(no_node *parent);

/* A queue, and what it takes over. */
typedef struct qu_queue qu_queue;
typedef struct qu_item { char *name; uint8_t *data; size_t n; } qu_item;
qu_queue *qu_new(void);
void qu_free(qu_queue *queue);
bool qu_push(qu_queue *queue, char *text);
int qu_send(qu_queue *queue, const char *text, uint8_t *body, size_t n);
int qu_put(qu_queue *queue, qu_item *item);
enum { QU_TAKE = 1 };
typedef struct qu_blob { char *data; size_t n; unsigned flags; } qu_blob;
int qu_weigh(const qu_blob *blob);
void qu_drain(qu_queue *queue, void (*each)(void *context, char *text), void *context);
int qu_drain_all(qu_queue *queue, void (*all)(void *context, char **texts, size_t n), void *context);
void qu_give_back(qu_queue *queue, char **texts, size_t n);
int qu_ask(char *(*name)(void *context), void *context);
char *qu_grow(char *text, size_t more);
void *qu_alloc(size_t size);
void qu_release(void *memory);

/* What is given an allocator. */
typedef struct mm_pool mm_pool;
mm_pool *mm_pool_new(void);
void mm_pool_free(mm_pool *pool);
void mm_pool_set_free(mm_pool *pool, void (*release)(void *block));
void mm_pool_set_alloc(mm_pool *pool, void *(*give)(size_t size));
int mm_pool_take(mm_pool *pool, size_t size);
typedef struct mm_memory {
    void *(*alloc)(void *pool, unsigned items, unsigned size);
    void (*free)(void *pool, void *address);
    void *pool;
} mm_memory;
typedef struct mm_tree mm_tree;
mm_tree *mm_tree_new(const mm_memory *memory);
void mm_tree_free(mm_tree *tree);
typedef void *(*mm_resize)(void *pool, void *old, size_t size);
int mm_fold(const char *text, mm_resize resize, void *pool);
int mm_count(size_t n, void *(*clear)(size_t count, size_t size), void (*release)(void *memory));

/* Messages in a stream of bytes, and a caller's own way of reading. */
typedef enum md_status { MD_DONE, MD_STOPPED } md_status;
typedef struct md_message { uint32_t sequence; size_t text_length; } md_message;
typedef bool (*md_handler)(void *context, const md_message *message);
md_status md_each(const uint8_t *data, size_t length, md_handler handler, void *context);
typedef struct io_ops {
    int (*read)(void *self, size_t length);
    void (*close)(void *self);
    void *self;
} io_ops;
int io_drain(const io_ops *ops);
typedef struct io_events {
    void (*line)(void *context, const char *text, size_t n);
    void (*end)(void *context);
} io_events;
int io_split(const char *text, const io_events *events, void *context);
/* Reads numbers; it goes to `dj_place` where it cannot go on. */
typedef struct dj_reader dj_reader;
dj_reader *dj_new(void);
void dj_free(dj_reader *reader);
jmp_buf *dj_place(dj_reader *reader);
void dj_read(dj_reader *reader, const char *text);
long dj_sum(const dj_reader *reader);
void dj_error(dj_reader *reader);
typedef void (*dj_fill)(dj_reader *reader, void *to, size_t n);
void dj_load(dj_reader *reader, dj_fill fill); /* adds as many bytes as the first one says */

typedef ptrdiff_t (*io_read)(void *context, void *to, size_t room);
typedef int (*io_next)(void *context, short *samples, size_t *count);
long io_slurp(io_read read, void *context);
long io_pull(io_next next, void *context);
typedef ptrdiff_t (*io_put)(void *context, const uint8_t *piece, size_t size);
long io_pour(const uint8_t *data, size_t n, io_put put, void *context);
typedef void (*io_said)(void *context, int level, const char *format, va_list arguments);
int io_weigh(int grams, io_said said, void *context);
typedef const char *(*io_chunk)(void *context, size_t *size);
typedef ptrdiff_t (*io_lend)(void *context, const void **buffer);
long io_load(io_chunk chunk, void *context);
long io_take(io_lend lend, void *context);
typedef long (*io_read_at)(void *context, void *to, size_t room, uint64_t offset);
long io_tail(io_read_at read, void *context, uint64_t size);
int io_lines(io_read read, void *context);
typedef int (*io_seek)(void *context, int64_t offset, int whence);
long io_end(io_read read, io_seek seek, void *context);
int io_raise(io_read read, io_put put, io_seek seek, void *context); /* adds 1 to each byte of a file */
int io_store(const uint8_t *data, size_t n, io_put put, io_seek seek, void *context); /* behind its length, which it writes last */
typedef struct nx_tx nx_tx;
nx_tx *nx_begin(void);
nx_tx *nx_within(nx_tx *outer);
int nx_put(nx_tx *tx, int n);
int nx_sum(const nx_tx *tx);
void nx_end(nx_tx *tx);
typedef struct st_counter st_counter;
typedef void (*st_beat)(void *mine, int n);
st_counter *st_counter_new(void);
void st_counter_free(st_counter *counter);
st_beat st_on_beat(st_counter *counter, st_beat beat, void *mine);
st_beat st_whose_beat(const st_counter *counter);
void *st_mine(const st_counter *counter);
void st_count(st_counter *counter, int n);
typedef int (*io_fill)(void *context, void *to, size_t room); /* 0, or -1 where there is less to read */
int io_frame(io_fill fill, void *context); /* the sum of as many bytes as the first one says, or -1 */
typedef struct io_pages {
    io_read_at read;
    int (*write)(void *context, const void *data, size_t n, uint64_t offset);
    int (*size)(void *context, uint64_t *size);
} io_pages;
int io_turn(const io_pages *pages, void *context); /* turns a file round, from both ends to the middle */
typedef struct io_source {
    io_read read;
    void (*skip)(void *context, int n);
    int64_t (*move)(void *context, int64_t to);
    int (*whole)(void *context, uint64_t *size);
    int64_t (*place)(void *context);
    int (*over)(void *context);
} io_source;
long io_body(const io_source *source, void *context);

/* A place and a generation, not where something is. */
enum { ST_SENT, ST_CLOSED };
typedef struct st_session st_session;
st_session *st_session_open(void);
int st_session_send(st_session *session, int number);
int st_session_close(st_session *session);

/* As zlib has them. */
#define Z_OK 0
#define Z_BUF_ERROR (-5)
typedef unsigned char Bytef;
typedef unsigned long uLong;
typedef struct st_pipe { const uint8_t *next_in; size_t avail_in; uint8_t *next_out; size_t avail_out; } st_pipe;
void st_pipe_open(st_pipe *pipe);
void st_pipe_close(st_pipe *pipe);
void st_pipe_run(st_pipe *pipe);
int st_pipe_skip(st_pipe *pipe, size_t n);
enum { ST_LEVEL, ST_RATE, ST_NAME };
typedef union st_option { int level; double rate; const char *name; } st_option;
int st_set_option(int what, const st_option *value);
int st_get_option(int what, st_option *value);
typedef struct st_level { int value; } st_level;
typedef struct st_step { unsigned id; void *options; } st_step;
int st_level_of(const st_step *steps, size_t n);
int st_tune(int what, const void *value);
int st_put_part(int kind, const void *part, size_t n);
size_t st_get_part(int kind, void *part, size_t room);
typedef struct st_slot { char *name; int open; } st_slot;
int st_slot_init(st_slot *slot);
int st_slot_open(st_slot *slot, const char *name);
void st_slot_close(st_slot *slot);
void st_slot_end(st_slot *slot);
size_t st_slot_letters(const st_slot *slot);
typedef struct st_note_book { int owned, count; } st_note_book;
void st_note_book_init(st_note_book *book);
st_note_book *st_note_book_new(void);
void st_note_book_add(st_note_book *book);
int st_note_book_count(const st_note_book *book);
void st_note_book_end(st_note_book *book);
int st_same_name(const char *one, const char *other);
typedef struct st_memory { void *(*give)(size_t size); void (*take)(void *memory); } st_memory;
typedef struct st_ledger st_ledger;
st_ledger *st_ledger_new(const st_memory *memory);
int st_ledger_add(st_ledger *ledger, const st_memory *memory, int number);
void st_ledger_end(st_ledger *ledger, const st_memory *memory);
typedef struct st_chain st_chain;
st_chain *st_chain_append(st_chain *chain, int number);
int st_chain_length(const st_chain *chain);
void st_chain_free(st_chain *chain);
typedef struct st_channel st_channel;
st_channel *st_channel_open(void);
st_channel *st_channel_pipe(void);
void st_channel_close(st_channel *channel);
int st_channel_wait(st_channel *channel);
void st_channel_send(st_channel *channel, int byte);
void st_events(int n, void (*event)(int what, const void *data, void *mine), void *mine);
int st_tuned(int what, void *value);
int st_rows(const char *text, int (*row)(void *data, int n, char **values, char **names), void *data);
typedef struct st_sieve st_sieve;
typedef struct st_input { const void *src; size_t size; size_t pos; } st_input;
st_sieve *st_sieve_new(void);
void st_sieve_free(st_sieve *sieve);
int st_sieve_run(st_sieve *sieve, size_t *avail_in, const uint8_t **next_in, size_t *avail_out, uint8_t **next_out);
void st_sieve_skim(st_sieve *sieve, st_input *input);
size_t st_next_word(const char **text);
long st_take_short(const uint8_t **from, long length);
int st_pour(const uint8_t *in, size_t *in_pos, size_t in_size, void *dst, size_t *dst_size);
typedef struct st_tally st_tally;
st_tally *st_tally_new(void);
void st_tally_free(st_tally *sum);
void *st_tally_room(st_tally *sum, int size);
unsigned st_tally_take(st_tally *sum, int count);
typedef struct st_arena st_arena;
st_arena *st_arena_new(void);
void st_arena_free(st_arena *arena);
void *st_arena_room(st_arena *arena, size_t n);
void *st_arena_zeroed(st_arena *arena, size_t n);
char *st_arena_dup(st_arena *arena, const char *text);
void st_arena_clear(st_arena *arena);
typedef struct st_timer { int running; } st_timer;
void st_timer_open(st_timer *timer);
void st_timer_close(st_timer *timer);
int st_pool_init(void *memory, size_t room);
int st_pool_take(void *pool, size_t n);
typedef struct z_stream { const Bytef *next_in; unsigned avail_in; uLong total_in; } z_stream;
int compress(Bytef *dest, uLong *destLen, const Bytef *source, uLong sourceLen);
int uncompress(Bytef *dest, uLong *destLen, const Bytef *source, uLong sourceLen);
uLong crc32_combine(uLong, uLong, long);
int deflateInit_(z_stream *strm, int level);
int deflateEnd(z_stream *strm);
int deflate(z_stream *strm);

/* Two of a kind. */
unsigned ls_version(void);
size_t ls_compress(const char *text, size_t length, char *out, size_t capacity);

/* Lists of handles. */
typedef struct dv_bus dv_bus;
typedef struct dv_device dv_device;
dv_bus *dv_bus_new(int devices);
void dv_bus_free(dv_bus *bus);
int dv_list(dv_bus *bus, dv_device ***list);
void dv_free_list(dv_device **list, int unref);
dv_device *dv_ref(dv_device *device);
void dv_unref(dv_device *device);
dv_device **dv_fakes(int n, size_t *count);

/* A map that is ended with its size. */
typedef struct mp_map mp_map;
mp_map *mp_new(size_t pages, int kind);
int mp_open(mp_map **map, size_t pages);
int mp_end(mp_map *map, size_t pages, int flags);

/* A pen that callers may look into. */
typedef struct { int width; } pv_pen;
#define pv_pen_width(it) ((it)->width)
pv_pen *pv_pen_new(int width);
void pv_pen_free(pv_pen *pen);
int pv_pen_widen(pv_pen *pen, int by);

/* Boxes that are taken from where the caller has them, where NULL is left. */
typedef struct bx_box bx_box;
bx_box *bx_new(void);
void bx_free(bx_box **box);
int bx_put(bx_box *into, bx_box **part);
typedef struct gr_row gr_row;
gr_row *gr_new(void);
void gr_free(gr_row *row);
int gr_put(gr_row **row, int number); /* may move it */
typedef struct ag_bag ag_bag;
int ag_change(ag_bag **bag, int by); /* makes it with the first thing in it, and frees it with the last one */
int ag_count(const ag_bag *bag);
void ag_free(ag_bag *bag);
int gr_count(const gr_row *row);
gr_row *gr_longer(gr_row *row, int number); /* NULL where it is full */
int st_more(char **text, const char *more);
typedef struct sc_scope sc_scope;
sc_scope *sc_new(sc_scope *outer);
void sc_free(sc_scope *scope);
void sc_clear(sc_scope *scope);
int sc_move(sc_scope *scope, sc_scope *into);
size_t sc_count(const sc_scope *scope);
typedef struct cf_conf cf_conf;
cf_conf *cf_new(void);
void cf_free(cf_conf *conf);
int cf_set(cf_conf *conf, const char *key, int value);
int cf_get(const cf_conf *conf, const char *key);
int cf_raise(cf_conf *conf, int by);
typedef struct du_scope du_scope;
du_scope *du_new(void);
void du_free(du_scope *scope);
int du_later(du_scope *scope, void (*run)(void *mine), void *mine);

typedef struct bs_bus bs_bus;
bs_bus *bs_new(void);
void bs_free(bs_bus *bus);
int bs_add(bs_bus *bus, void (*heard)(void *mine, int event), void *mine);
int bs_remove(bs_bus *bus, void (*heard)(void *mine, int event), void *mine);
void bs_hush(bs_bus *bus);
int bs_send(bs_bus *bus, int event);
typedef struct cc_link cc_link;
typedef struct cc_tx cc_tx;
cc_link *cc_open(void);
void cc_close(cc_link *link);
cc_tx *cc_tx_new(cc_link *link);
void cc_tx_free(cc_tx *tx); /* which is not active */
int cc_begin(cc_tx *tx);    /* 0; where none is active of its link */
int cc_commit(cc_tx *tx);   /* 0 */
typedef struct zb_base zb_base;
typedef struct zb_query zb_query;
zb_base *zb_open(void);
void zb_close(zb_base *base); /* it is there for its queries until the last of them is ended */
int zb_close_now(zb_base *base); /* 0, or -1 as long as there are queries */
zb_query *zb_prepare(zb_base *base, unsigned rows);
int zb_step(zb_query *query); /* 1 as long as there are rows */
void zb_end(zb_query *query);
typedef struct dg_digest dg_digest;
dg_digest *dg_new(void);
dg_digest *dg_copy(const dg_digest *original);
int dg_assign(dg_digest *to, const dg_digest *from); /* 0 */
void dg_swap(dg_digest *a, dg_digest *b);
int dg_added(const dg_digest *digest);
void dg_free(dg_digest *digest);
int dg_add(dg_digest *digest, int byte); /* -1 once it was summed */
unsigned dg_sum(dg_digest *digest);
typedef struct nt_store nt_store;
typedef struct nt_tx nt_tx;
nt_store *nt_open(void);
void nt_close(nt_store *store);
nt_tx *nt_begin(nt_store *store, nt_tx *outer);
void nt_put(nt_tx *tx, int number);
void nt_abort(nt_tx *tx); /* with the one in it */
void ow_set_memory(void *(*give)(size_t size), void (*take_back)(void *memory)); /* before all other calls */
char *ow_text(const char *text);
typedef enum { ST_CUT = -1, ST_FINE, ST_NO_HEIGHT } st_ending;
typedef struct st_outcome { int code; int value; } st_outcome;
int st_height(const char *text, st_ending *code); /* nothing is done where there is a failure already */
void st_dub(st_store *store, const char *name, char **why);
st_outcome st_digit(char character);
typedef struct { unsigned *total; } st_meter[1];
int st_meter_init(st_meter meter);
void st_meter_add(st_meter meter, unsigned by);
unsigned st_meter_total(const st_meter meter);
void st_meter_end(st_meter meter);
typedef struct st_piece { char *data; size_t size; } st_piece;
st_piece st_tail_of(const char *text); /* from the second letter on; where there is none, `size` is not set */
int st_behead(const char *text, st_piece *piece); /* without the first letter */
int st_characters(const char *text, st_piece *pieces, int room); /* each in memory of its own */
typedef struct ca_sheet ca_sheet;
typedef struct ca_cell ca_cell;
ca_sheet *ca_new(void);
void ca_free(ca_sheet *sheet);
void ca_define(ca_sheet *sheet, void (*function)(ca_cell *cell, int argument));
int ca_value(ca_sheet *sheet, int argument, size_t *length); /* 1 where the function says that it failed */
void ca_answer(ca_cell *cell, const char *text);
void ca_failed(ca_cell *cell, int code);
#endif
