#include "page.h"

typedef struct st_tokens { char *save; } st_tokens;
#define st_tokens_begin(text, delimiters, tokens) st_token(text, delimiters, &(tokens)->save)
#define st_tokens_next(delimiters, tokens) st_token(NULL, delimiters, &(tokens)->save)

typedef struct st_line_of { char *line; size_t room; } st_line_of;
#define st_line_begin(it) ((void)(*(it) = (st_line_of){NULL, 0}))
#define st_line_next(it, from) st_line(&(it)->line, &(it)->room, from)
#define st_line_end(it) free((it)->line)

typedef struct st_widening { const char *from; } st_widening;
#define st_widening_begin(text, it) ((void)((it)->from = (text)))
#define st_widening_next(to, room, it) st_widen(to, &(it)->from, room)
#define st_widening_end(it) ((void)(it))
