"""Pairs whose verdict is known from what compiled callers do. Each harmful one has harmless neighbours."""

from __future__ import annotations

import platform

import pytest

POINT = "struct point { int x; int y; };\n"
HIDDEN, POPPED = "#pragma GCC visibility push(hidden)\n", "#pragma GCC visibility pop\n"
MAKER = "{s}struct ctx *ctx_new(void);\nvoid ctx_free(struct ctx *c);\nint ctx_get(const struct ctx *c);\n"

HARMLESS = {
    "field renamed with a macro of the old name": (
        "struct s { int a; }; int f(struct s *);",
        "struct s { int b; };\n#define a b\nint f(struct s *);",
    ),
    "parameter renamed": ("int f(int a);", "int f(int b);"),
    "declarations in another order": ("int f(void); int g(void);", "int g(void); int f(void);"),
    "comment": ("int f(void);", "/* new */ int f(void);"),
    "typedef of the same type": ("int f(int a);", "typedef int number; number f(number a);"),
    "typedef replaced by its type": (
        "typedef int number; int f(number a);",
        "typedef int number; int f(int a);",
    ),
    "size_t for unsigned long": ("unsigned long f(void);", "#include <stddef.h>\nsize_t f(void);"),
    "specifiers in another order": ("unsigned long int f(void);", "long unsigned f(void);"),
    "const on a parameter itself": ("int f(int a);", "int f(const int a);"),
    "const on what a parameter points at": ("int f(char *p);", "int f(const char *p);"),
    "restrict": ("int f(char *p);", "int f(char *restrict p);"),
    "array for a pointer": ("int f(int *p);", "int f(int p[]);"),
    "function for a pointer to one": ("int f(void (*g)(int));", "int f(void g(int));"),
    "extern": ("int f(void);", "extern int f(void);"),
    "old style without parameters": ("int f();", "int f(void);"),
    "visibility default": ("int f(void);", '__attribute__((visibility("default"))) int f(void);'),
    "deprecated": ("int f(void);", "__attribute__((deprecated)) int f(void);"),
    "function added": ("int f(void);", "int f(void); int g(void);"),
    "variable added": ("int f(void);", "int f(void); extern int v;"),
    "enumerator at the end": ("enum e { A, B }; int f(enum e);", "enum e { A, B, C }; int f(enum e);"),
    "enumerators in another order": ("enum e { A = 0, B = 1 };", "enum e { B = 1, A = 0 };"),
    "enumerator for a macro": ("#define A 3\nint f(void);", "enum { A = 3 }; int f(void);"),
    "macro for an enumerator": ("enum { A = 3 }; int f(void);", "#define A 3\nint f(void);"),
    "macro with the same value": ("#define A 16\n", "#define A (1 << 4)\n"),
    "macro in hexadecimal": ("#define A 255\n", "#define A 0xff\n"),
    "version macro": (
        "#define LIB_VERSION_MINOR 2\n#define LIB_VERSION 12\n",
        "#define LIB_VERSION_MINOR 3\n#define LIB_VERSION 13\n",
    ),
    "version text": ('#define LIB_VERSION "1.2"\n', '#define LIB_VERSION "1.3"\n'),
    "guard renamed": (
        "#ifndef A_H\n#define A_H\nint f(void);\n#endif\n",
        "#ifndef B_H\n#define B_H\nint f(void);\n#endif\n",
    ),
    "export macro": (
        "#define API extern\nAPI int f(void);",
        '#define API __attribute__((visibility("default")))\nAPI int f(void);',
    ),
    "opaque record completed": ("struct s; int f(struct s *);", "struct s { int a; }; int f(struct s *);"),
    "opaque typedef to another tag": (
        "typedef struct s_ s; int f(s *);",
        "typedef struct s2_ s; int f(s *);",
    ),
    "anonymous record named": (
        "typedef struct { int a; } s; int f(s *);",
        "typedef struct s { int a; } s; int f(s *);",
    ),
    "anonymous member around a field": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { union { int a; unsigned raw; }; int b; }; int f(struct s *);",
    ),
    "members in an anonymous record": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { struct { int a; int b; }; }; int f(struct s *);",
    ),
    "union member of the same size": (
        "union u { int a; float b; }; int f(union u *);",
        "union u { int a; float b; unsigned c; }; int f(union u *);",
    ),
    "reserved field used": (
        "struct s { int a; int reserved; }; int f(struct s *);",
        "struct s { int a; int flags; }; int f(struct s *);",
    ),
    "reserved array partly used": (
        "struct s { int a; int reserved[4]; }; int f(struct s *);",
        "struct s { int a; int flags; int reserved[3]; }; int f(struct s *);",
    ),
    "reserved pointer array used for a pointer": (
        "struct s { void *_reserved[4]; }; int f(struct s *);",
        "struct s { void *(*alloc)(int); void *_reserved[3]; }; int f(struct s *);",
    ),
    "reserved bytes renamed": (
        "struct s { int a; unsigned char reserved[8]; }; int f(struct s *);",
        "struct s { int a; unsigned char _pad[8]; }; int f(struct s *);",
    ),
    "tail growth that only the library makes": (
        MAKER.format(s="struct ctx { int a; };\n"),
        MAKER.format(s="struct ctx { int a; int b; };\n"),
    ),
    "record of the library's own growing at the end": (
        "struct info { int a; }; const struct info *get_info(void);",
        "struct info { int a; int b; }; const struct info *get_info(void);",
    ),
    "callback typedef written out": (
        "typedef int (*cb)(int); int f(cb c);",
        "typedef int (*cb)(int); int f(int (*c)(int));",
    ),
    "callback parameter named": (
        "typedef int (*cb)(int); int f(cb c);",
        "typedef int (*cb)(int value); int f(cb c);",
    ),
    "enum for int": ("enum e { A = -1 }; int f(int);", "enum e { A = -1 }; int f(enum e);"),
    "nothing returned before": ("void f(void);", "int f(void);"),
    "pointer generalised": ("int f(const char *p);", "int f(const void *p);"),
    "const dropped from a result": ("const char *f(void);", "char *f(void);"),
    "nonnull removed": ("int f(char *p) __attribute__((nonnull));", "int f(char *p);"),
    "warn_unused_result added": ("int f(void);", "int f(void) __attribute__((warn_unused_result));"),
    "pure added": ("int f(int);", "int f(int) __attribute__((pure));"),
    "inline body changed": (
        "static inline int f(int a) { return a; }",
        "static inline int f(int a) { return a + 1; }",
    ),
    "length of an extern array told": ("extern int v[];", "extern int v[3];"),
    "system header internals": (
        "#include <stdio.h>\nint f(FILE *);",
        "#include <stdio.h>\n#include <stdlib.h>\nint f(FILE *);",
    ),
    "packed without effect": (
        "struct s { char a[4]; }; int f(struct s *);",
        "struct s { char a[4]; } __attribute__((packed)); int f(struct s *);",
    ),
    "bit-fields declared together": (
        "struct s { unsigned a : 3; unsigned b : 5; };",
        "struct s { unsigned a : 3, b : 5; };",
    ),
    "array of a constant": (
        "#define N 4\nstruct s { int a[N]; };",
        "#define N 4\nstruct s { int a[2 + 2]; };",
    ),
    "hidden function gone": (
        '__attribute__((visibility("hidden"))) int g(void); int f(void);',
        "int f(void);",
    ),
    "nested record defined outside": (
        "struct s { struct in { int a; } i; }; int f(struct s *);",
        "struct in { int a; }; struct s { struct in i; }; int f(struct s *);",
    ),
    "self-referential": (
        "struct n { struct n *next; }; int f(struct n *);",
        "struct n { struct n *next; }; int f(struct n *head);",
    ),
    "fixed width for the same": (
        "#include <stdint.h>\nint f(unsigned char *);",
        "#include <stdint.h>\nint f(uint8_t *);",
    ),
    "vtable that the library hands out grew": (
        "struct api { int (*a)(void); }; const struct api *get_api(void);",
        "struct api { int (*a)(void); int (*b)(int); }; const struct api *get_api(void);",
    ),
    "flexible array at the end": (
        "struct s { int n; }; int f(struct s *);",
        "struct s { int n; char data[]; }; int f(struct s *);",
    ),
    "integer beside an integer in a union by value": (
        "union u { long a; }; int f(union u);",
        "union u { long a; double b; unsigned char c[8]; }; int f(union u);",
    ),
    "integer beside a floating-point number in a union by address": (
        "union u { double a; }; int f(union u *);",
        "union u { double a; long b; }; int f(union u *);",
    ),
    "placeholder no longer told": (
        "struct state { int dummy; }; struct s { struct state *state; }; int f(struct s *);",
        "struct state; struct s { struct state *state; }; int f(struct s *);",
    ),
    "record that callbacks are shown growing at the end": (
        "struct ev { int a; }; int on(int (*cb)(const struct ev *e, void *with), void *with);",
        "struct ev { int a; int b; }; int on(int (*cb)(const struct ev *e, void *with), void *with);",
    ),
    "typedef of a release": (
        "typedef char *lib_version_1_6_0; int f(void);",
        "typedef char *lib_version_1_6_1; int f(void);",
    ),
    "export macro empty before": (
        "#define API\nAPI int f(void);",
        '#define API __attribute__((visibility("default")))\nAPI int f(void);',
    ),
    "flag added": (
        "enum e { A = 1, B = 2 }; int f(unsigned);",
        "enum e { A = 1, B = 2, C = 4 }; int f(unsigned);",
    ),
    "enum replaced by macros": (
        "typedef enum { A, B } e; int f(e);",
        "typedef unsigned e;\n#define A 0\n#define B 1\nint f(e);",
    ),
    "tag renamed under a typedef": (
        "typedef struct s_ { int a; } s; int f(s *);",
        "typedef struct s_s { int a; } s; int f(s *);",
    ),
    "decorating macro gone": (
        '#define API __attribute__((visibility("default")))\nAPI int f(void);',
        "int f(void);",
    ),
    "const added between pointers": ("int f(char **argv);", "int f(char *const *argv);"),
    "inline function takes a pointer to const": (
        "static inline int f(char *a) { return *a; }",
        "static inline int f(const char *a) { return *a; }",
    ),
    "field no longer const": (
        "struct s { const int a; }; int f(struct s *);",
        "struct s { int a; }; int f(struct s *);",
    ),
    "tag lost under a typedef": (
        "typedef struct s_ { int a; } s; int f(s *);",
        "typedef struct { int a; } s; int f(s *);",
    ),
    "array of no elements as C99 writes it": (
        "struct s { int n; int d[0]; }; int f(struct s *);",
        "struct s { int n; int d[]; }; int f(struct s *);",
    ),
    "padding named as reserved": (
        "struct s { char a; int b; }; int f(struct s *);",
        "struct s { char a; char pad[3]; int b; }; int f(struct s *);",
    ),
    "reserved fields joined": (
        "struct s { int reserved1; int reserved2; }; int f(struct s *);",
        "struct s { int reserved[2]; }; int f(struct s *);",
    ),
    "two reserved fields used for one": (
        "struct s { void *a; int reserved1; int reserved2; }; int f(struct s *);",
        "struct s { void *a; void *more; }; int f(struct s *);",
    ),
    "calling convention of the target": ("int f(int);", "int f(int) __attribute__((sysv_abi));"),
    "string in two parts": ('#define NAME "ab"\nint f(int);', '#define NAME "a" "b"\nint f(int);'),
    "number with more figures": ("#define RATE 1.5\nint f(int);", "#define RATE (1.50)\nint f(int);"),
    "extent shrank": ("int f(int a[static 8]);", "int f(int a[static 4]);"),
    "hidden variable gone": (
        '__attribute__((visibility("hidden"))) extern int v; int f(void);',
        "int f(void);",
    ),
    "hidden function of a pragma gone": (
        f"{HIDDEN}int g(void);\n{POPPED}int f(void);",
        "int f(void);",
    ),
    "visible in spite of a pragma": (
        "int f(void);",
        f"{HIDDEN}#pragma GCC visibility push(default)\nint f(void);\n{POPPED}{POPPED}",
    ),
    "inline function under a pragma": (
        "static inline int g(int a) { return a; } int f(void);",
        f"{HIDDEN}static inline int g(int a) {{ return a; }}\n{POPPED}int f(void);",
    ),
    "bits of a long for those of a long long": (
        "struct s { unsigned long long a : 40; }; int f(struct s *);",
        "struct s { unsigned long a : 40; }; int f(struct s *);",
    ),
    "static constant in other words": ("static const int A = 4;", "static const int A = 1 << 2;"),
    "static constant for a macro": ("#define A 4\nint f(int);", "static const int A = 4; int f(int);"),
    "static table in other words": ("static const int t[2] = {1, 2};", "static const int t[] = { 1, 2, };"),
    "static object that is no constant": ("static int seen = 1;", "static int seen = 2;"),
    "result a record in registers": (
        POINT + "void f(void); int g(struct point *);",
        POINT + "struct point f(void); int g(struct point *);",
    ),
}
BREAKING = {
    "callback returns more bits": ("int f(int (*g)(void));", "int f(long (*g)(void));"),
    "callback returns fewer bits": ("int f(long (*g)(void));", "int f(int (*g)(void));"),
    "length of an array behind a typedef": (
        "typedef int v4[4]; void f(v4 p);",
        "typedef int v4[8]; void f(v4 p);",
    ),
    "function removed": ("int f(void); int g(void);", "int f(void);"),
    "function hidden": (
        "int f(void); int g(void);",
        '__attribute__((visibility("hidden"))) int g(void); int f(void);',
    ),
    "function hidden by a pragma": (
        "int f(void); int g(void);",
        f"{HIDDEN}int g(void);\n{POPPED}int f(void);",
    ),
    "variable hidden": (
        "extern int v; int f(void);",
        '__attribute__((visibility("hidden"))) extern int v; int f(void);',
    ),
    "function for a variable": ("int f(void);", "extern int f;"),
    "parameter added": ("int f(int);", "int f(int, int);"),
    "parameter removed": ("int f(int a, int b);", "int f(int a);"),
    "parameter inserted": ("int f(int a, char *b);", "int f(int a, int flags, char *b);"),
    "parameters swapped": ("int f(int a, int b);", "int f(int b, int a);"),
    "parameter wider": ("int f(int a);", "int f(long a);"),
    "parameter float": ("int f(int a);", "int f(float a);"),
    "parameter by address": (POINT + "int f(struct point p);", POINT + "int f(const struct point *p);"),
    "parameter another record": (
        POINT + "struct q { long z; };\nint f(struct point *p);",
        POINT + "struct q { long z; };\nint f(struct q *p);",
    ),
    "pointer to another size": ("int f(int *p);", "int f(long *p);"),
    "pointer depth": ("int f(char *p);", "int f(char **p);"),
    "variadic": ("int f(const char *p);", "int f(const char *p, ...);"),
    "result wider": ("int f(void);", "long f(void);"),
    "result gone": ("int f(void);", "void f(void);"),
    "result a record in memory": (
        "struct m { long a[3]; }; void f(struct m *);",
        "struct m { long a[3]; }; struct m f(struct m *);",
    ),
    "static constant changed": ("static const int A = 1;", "static const int A = 2;"),
    "static constant changed into a macro": ("static const int A = 1;", "#define A 2\n"),
    "variable removed": ("extern int v; int f(void);", "int f(void);"),
    "variable wider": ("extern int v;", "extern long v;"),
    "variable longer": ("extern int v[4];", "extern int v[8];"),
    "variable read only": ("extern int v;", "extern const int v;"),
    "field added in front": (
        POINT + "int f(struct point *);",
        "struct point { int z; int x; int y; };\nint f(struct point *);",
    ),
    "fields swapped": (
        POINT + "int f(struct point *);",
        "struct point { int y; int x; };\nint f(struct point *);",
    ),
    "field removed": (POINT + "int f(struct point *);", "struct point { int x; };\nint f(struct point *);"),
    "field wider": (
        POINT + "int f(struct point *);",
        "struct point { int x; long y; };\nint f(struct point *);",
    ),
    "field of another kind": (
        POINT + "int f(struct point *);",
        "struct point { int x; float y; };\nint f(struct point *);",
    ),
    "tail growth that callers make": (
        POINT + "int f(const struct point *);",
        "struct point { int x; int y; int z; };\nint f(const struct point *);",
    ),
    "tail growth by value": (
        POINT + "int f(struct point);",
        "struct point { int x; int y; int z; };\nint f(struct point);",
    ),
    "tail growth initialised by the library": (
        "struct c { int a; }; struct c *c_new(void); void c_free(struct c *); int c_init(struct c *);",
        "struct c { int a; int b; }; struct c *c_new(void); void c_free(struct c *); int c_init(struct c *);",
    ),
    "tail growth embedded": (
        "struct c { int a; }; struct d { struct c c; int b; }; struct c *c_new(void); void c_free(struct c *);",
        "struct c { int a; int z; }; struct d { struct c c; int b; }; struct c *c_new(void); void c_free(struct c *);",
    ),
    "callee-made record reordered": (
        MAKER.format(s="struct ctx { int a; int b; };\n"),
        MAKER.format(s="struct ctx { int b; int a; };\n"),
    ),
    "packed": (
        "struct s { char a; int b; }; int f(struct s *);",
        "struct s { char a; int b; } __attribute__((packed)); int f(struct s *);",
    ),
    "aligned": (
        "struct s { int b[4]; }; int f(struct s *);",
        "struct s { int b[4]; } __attribute__((aligned(16))); int f(struct s *);",
    ),
    "bit-field wider": (
        "struct s { unsigned a : 3; unsigned b : 5; };",
        "struct s { unsigned a : 4; unsigned b : 4; };",
    ),
    "bit-field for a field": ("struct s { unsigned a; };", "struct s { unsigned a : 8; };"),
    "record opaque": (POINT + "int f(struct point *);", "struct point; int f(struct point *);"),
    "union for a struct": (
        POINT + "int f(struct point *);",
        "union point { int x; int y; };\nint f(union point *);",
    ),
    "union grew": (
        "union u { int a; }; int f(union u *);",
        "union u { int a; double b; }; int f(union u *);",
    ),
    "nested record changed": (
        "struct s { struct { int a; } in; int b; }; int f(struct s *);",
        "struct s { struct { long a; } in; int b; }; int f(struct s *);",
    ),
    "enumerator inserted": ("enum e { A, B }; int f(enum e);", "enum e { A, Z, B }; int f(enum e);"),
    "enumerator removed": ("enum e { A, B }; int f(enum e);", "enum e { A }; int f(enum e);"),
    "enum larger": ("enum e { A, B }; int f(enum e);", "enum e { A, B, C = 0x1ffffffff }; int f(enum e);"),
    "callback given more": (
        "typedef int (*cb)(int); int f(cb);",
        "typedef int (*cb)(int, void *); int f(cb);",
    ),
    "callback of a callback": ("int f(void (*g)(int (*h)(int)));", "int f(void (*g)(int (*h)(long)));"),
    "callback in a record": (
        "struct v { int (*read)(int); }; int f(struct v *);",
        "struct v { int (*read)(int, int); }; int f(struct v *);",
    ),
    "callback result": ("int f(int (*g)(void));", "int f(void (*g)(void));"),
    "typedef wider": ("typedef int num; num f(num);", "typedef long num; num f(num);"),
    "macro value": ("#define OP_READ 1\nint f(int);", "#define OP_READ 2\nint f(int);"),
    "noreturn removed": ("void f(void) __attribute__((noreturn));", "void f(void);"),
    "extent grew": ("int f(int a[static 4]);", "int f(int a[static 8]);"),
    "field array longer": (
        "struct s { char name[16]; int n; }; int f(struct s *);",
        "struct s { char name[32]; int n; }; int f(struct s *);",
    ),
    "typedef removed": ("typedef int num; int f(void);", "int f(void);"),
    "calling convention": ("int f(int);", "int f(int) __attribute__((ms_abi));"),
    "symbol renamed": ("int f(int);", 'int f(int) __asm__("f2");'),
    "tagged record replaced": (
        "struct a { int x; }; int f(struct a *);",
        "struct b { long y; char z[9]; }; int f(struct b *);",
    ),
    "field pointer to another record": (
        "struct a { int x; }; struct b { long y; }; struct s { struct a *p; }; int f(struct s *);",
        "struct a { int x; }; struct b { long y; }; struct s { struct b *p; }; int f(struct s *);",
    ),
    "result by address": (POINT + "struct point f(void);", POINT + "struct point *f(void);"),
    "vtable that callers fill grew": (
        "struct ops { int (*a)(void); }; int use(const struct ops *o);",
        "struct ops { int (*a)(void); int (*b)(int); }; int use(const struct ops *o);",
    ),
    "array for a pointer in a record": (
        "struct s { char name[8]; }; int f(struct s *);",
        "struct s { char *name; }; int f(struct s *);",
    ),
    "extern pointer for an array": ("extern int v[];", "extern int *v;"),
    "handle by value": (
        "typedef unsigned h; int f(h);",
        "typedef struct { unsigned id; void *p; } h; int f(h);",
    ),
    "error code changed": ("#define E_BAD -3\nint f(void);", "#define E_BAD -4\nint f(void);"),
    "caller's array of records grew": (
        "struct v { int x; }; int sum(const struct v *items, unsigned long count);",
        "struct v { int x; int y; }; int sum(const struct v *items, unsigned long count);",
    ),
    "out record grew": (
        "struct st { int a; }; int get(struct st *out);",
        "struct st { int a; int b; }; int get(struct st *out);",
    ),
    "placeholder in a record no longer told": (
        "struct state { int dummy; }; struct s { struct state *state; }; int f(struct s *, struct state);",
        "struct state; struct s { struct state *state; }; int f(struct s *, struct state *);",
    ),
    "record that calls itself internal embedded and grown": (
        "struct s_internal { int a; }; struct s { struct s_internal i; int z; }; int f(struct s *);",
        "struct s_internal { int a; int b; }; struct s { struct s_internal i; int z; }; int f(struct s *);",
    ),
    "record whose name only sounds like it": (
        "struct print { int a; int b; }; int f(struct print *);",
        "struct print { int b; int a; }; int f(struct print *);",
    ),
    "all flags and one less": ("#define F_ALL 3\nint f(int);", "#define F_ALL 1\nint f(int);"),
    "a number that only sounds like the next free one": (
        "#define OP_PREV 4\n#define OP_NEXT 1\nint f(int);",
        "#define OP_PREV 4\n#define OP_NEXT 2\nint f(int);",
    ),
    "array of the library's records growing": (
        "struct d { int a; }; const struct d *get_all(int *count);",
        "struct d { int a; int b; }; const struct d *get_all(int *count);",
    ),
    "record that callbacks are shown and callers make too": (
        "struct ev { int a; }; int on(int (*cb)(const struct ev *e)); int post(const struct ev *e);",
        "struct ev { int a; int b; }; int on(int (*cb)(const struct ev *e)); int post(const struct ev *e);",
    ),
    "records that callbacks may be shown several of": (
        "struct ev { int a; }; int on(int (*cb)(const struct ev *first, int count));",
        "struct ev { int a; int b; }; int on(int (*cb)(const struct ev *first, int count));",
    ),
    "record that callbacks fill": (
        "struct v { int a; }; struct t { int (*get)(struct v *out); }; int on(const struct t *t);",
        "struct v { int a; int b; }; struct t { int (*get)(struct v *out); }; int on(const struct t *t);",
    ),
    "variable for each thread": ("extern int v;", "extern _Thread_local int v;"),
    "symbol of a variable renamed": ("extern int v;", 'extern int v __asm__("w");'),
    "integer beside a floating-point number in a union by value": (
        "union u { double a; }; int f(union u);",
        "union u { double a; long b; }; int f(union u);",
    ),
    "the same inside a record by value": (
        "struct s { union { float a; }; float b; }; int f(struct s);",
        "struct s { union { float a; int raw; }; float b; }; int f(struct s);",
    ),
    "vector of other elements": (
        "typedef float v __attribute__((vector_size(16))); int f(v *);",
        "typedef double v __attribute__((vector_size(16))); int f(v *);",
    ),
    "array of one element for one of none": (
        "struct s { int n; int d[]; }; int f(struct s *, struct s);",
        "struct s { int n; int d[1]; }; int f(struct s *, struct s);",
    ),
    "enumerator that only sounds like the last": (
        "enum e { LastError, Other }; int f(enum e);",
        "enum e { None, LastError, Other }; int f(enum e);",
    ),
    "opaque handle for a number": (
        "typedef struct h_s h; int f(h *);",
        "typedef int h; int f(h *);",
    ),
    "record with fields for void": (
        "typedef struct { int a; } h; int f(h *);",
        "typedef void h; int f(h *);",
    ),
    "bool for int": ("int f(int on);", "#include <stdbool.h>\nint f(bool on);"),
}
# Programs that are linked go on; what is compiled again does not compile.
SOURCE = {
    "typedef renamed": ("typedef unsigned u32; u32 f(u32);", "typedef unsigned word; word f(word);"),
    "tag renamed": ("struct a { int x; }; int f(struct a *);", "struct b { int x; }; int f(struct b *);"),
    "enum renamed": ("enum a { A, B }; int f(enum a);", "enum b { A, B }; int f(enum b);"),
    "enum replaced by macros": ("enum e { A }; int f(int);", "#define A 0\nint f(int);"),
    "field renamed": (
        POINT + "int f(struct point *);",
        "struct point { int x; int lat; };\nint f(struct point *);",
    ),
    "enumerator renamed": ("enum e { A, B }; int f(enum e);", "enum e { A, Z }; int f(enum e);"),
    "counting enumerator removed": (
        "enum e { A, B, E_COUNT }; int f(enum e);",
        "enum e { A, B }; int f(enum e);",
    ),
    "field retired": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { int a; int reserved; }; int f(struct s *);",
    ),
    "field made const": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { int a; const int b; }; int f(struct s *);",
    ),
    "field made const where it no longer points at const": (
        "struct s { const char *a; }; int f(struct s *);",
        "struct s { char *const a; }; int f(struct s *);",
    ),
    "elements of a field made const": (
        "struct s { char a[4]; }; int f(struct s *);",
        "struct s { const char a[4]; }; int f(struct s *);",
    ),
    "field made const by its typedef": (
        "typedef int num; struct s { num b; }; int f(struct s *);",
        "typedef const int num; struct s { num b; }; int f(struct s *);",
    ),
    "inline function takes more": (
        "static inline int f(int a) { return a; }",
        "static inline int f(int a, int b) { return a + b; }",
    ),
    "macro gone": ("#define LIMIT 3\nint f(void);", "int f(void);"),
    "static constant gone": ("static const int A = 1; int f(void);", "int f(void);"),
    "call that does not compile": (
        "int f(int);",
        '__attribute__((error("gone"))) int f(int);',
    ),
    "inline function gone": ("static inline int g(void) { return 1; } int f(void);", "int f(void);"),
}
RISKY = {
    "fields of a record that calls itself internal": (
        "typedef struct { int a; int b; } s_internal; union u { s_internal i; long room[4]; }; int f(union u *);",
        "typedef struct { int z[2]; } s_internal; union u { s_internal i; long room[4]; }; int f(union u *);",
    ),
    "version macro gone": ("#define LIB_VERSION 3\nint f(void);", "int f(void);"),
    "all flags and one more": (
        "#define F_A 1\n#define F_B 2\n#define F_ALL 3\nint f(int);",
        "#define F_A 1\n#define F_B 2\n#define F_C 4\n#define F_ALL 7\nint f(int);",
    ),
    "next free number": (
        "#define OPT_A 2\n#define OPT_NEXT 4\nint f(int);",
        "#define OPT_A 2\n#define OPT_B 4\n#define OPT_NEXT 6\nint f(int);",
    ),
    "macro that is no value gone": ("#define g f\nint f(void);", "int f(void);"),
    "inline function takes a wider value": (
        "static inline int f(int a) { return a; }",
        "static inline int f(long a) { return (int)a; }",
    ),
    "field made volatile": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { int a; volatile int b; }; int f(struct s *);",
    ),
    "field made atomic": (
        "struct s { int a; int b; }; int f(struct s *);",
        "struct s { int a; _Atomic int b; }; int f(struct s *);",
    ),
    "field no longer atomic": (
        "struct s { _Atomic(int) b; }; int f(struct s *);",
        "struct s { int b; }; int f(struct s *);",
    ),
    "variable made atomic": ("extern int v;", "extern _Atomic int v;"),
    "variable made volatile": ("extern int v;", "extern volatile int v;"),
    "field of a record of the library's made const": (
        MAKER.format(s="struct ctx { int a; };\n"),
        MAKER.format(s="struct ctx { const int a; };\n"),
    ),
    "record that nothing takes grew": (
        POINT + "struct inner { int a; };\nint f(struct point *);",
        POINT + "struct inner { int a; int b; };\nint f(struct point *);",
    ),
    "record that nothing takes gone": (
        POINT + "struct inner { int a; };\nint f(struct point *);",
        POINT + "int f(struct point *);",
    ),
    "typedef that nothing takes gone": (
        POINT + "typedef struct { int a; } inner;\nint f(struct point *);",
        POINT + "int f(struct point *);",
    ),
    "signedness": ("int f(int a);", "int f(unsigned a);"),
    "long long for long": ("int f(long a);", "int f(long long a);"),
    "bytes of another sign": ("int f(char *p);", "int f(unsigned char *p);"),
    "sentinel moved": (
        "enum e { A, B, E_COUNT }; int f(enum e);",
        "enum e { A, B, C, E_COUNT }; int f(enum e);",
    ),
    "sentinel max moved": (
        "enum e { A, B, E_MAX = B }; int f(enum e);",
        "enum e { A, B, C, E_MAX = C }; int f(enum e);",
    ),
    "padding used": (
        "struct s { char a; int b; }; int f(struct s *);",
        "struct s { char a; char c; int b; }; int f(struct s *);",
    ),
    "nonnull added": ("int f(char *p);", "int f(char *p) __attribute__((nonnull));"),
    "limit changed": ("#define NAME_MAX_LEN 16\nint f(int);", "#define NAME_MAX_LEN 32\nint f(int);"),
    "text changed": ('#define DEFAULT_PATH "/a"\nint f(int);', '#define DEFAULT_PATH "/b"\nint f(int);'),
    "const dropped from a parameter": ("int f(const char *p);", "int f(char *p);"),
    "const added to a result": ("char *f(void);", "const char *f(void);"),
    "pointer specialised": ("int f(void *p);", "int f(int *p);"),
    "callback made const": ("int f(int (*g)(char *));", "int f(int (*g)(const char *));"),
    "void pointers between pointers": ("int f(int **p);", "int f(void **p);"),
    "const deeper down": ("int f(char **p);", "int f(const char **p);"),
    "bits taken from the rest of a unit": (
        "struct s { unsigned a : 3; }; int f(struct s *);",
        "struct s { unsigned a : 3; unsigned b : 5; }; int f(struct s *);",
    ),
    "opaque handle for a void pointer": (
        "typedef void *h; int f(h);",
        "typedef struct h_s *h; int f(h);",
    ),
    "opaque record for void": (
        "typedef struct h_s h; int f(h *);",
        "typedef void h; int f(h *);",
    ),
    "void for an opaque record": (
        "typedef void h; int f(h *);",
        "typedef struct h_s h; int f(h *);",
    ),
    "static table with another value": ("static const int t[2] = {1, 2};", "static const int t[2] = {1, 3};"),
    "initializer changed": ("#define S_INIT {0, 1}\nint f(int);", "#define S_INIT {0, 2}\nint f(int);"),
    "number with other figures": ("#define RATE 1.5\nint f(int);", "#define RATE 1.25\nint f(int);"),
    "string that an escape would join": (
        '#define NAME "\\1" "2"\nint f(int);',
        '#define NAME "\\12"\nint f(int);',
    ),
    "sentinel without underscores": (
        "enum e { kA, kB, kShapeCount }; int f(enum e);",
        "enum e { kA, kB, kC, kShapeCount }; int f(enum e);",
    ),
    "sentinel that begins with its word": (
        "enum e { kA, kB, kNumShapes }; int f(enum e);",
        "enum e { kA, kB, kC, kNumShapes }; int f(enum e);",
    ),
    "became inline": ("int f(int);", "static inline int f(int a) { return a; }"),
    "record with its own size grew": (
        "struct o { unsigned long struct_size; int a; }; int f(struct o *);",
        "struct o { unsigned long struct_size; int a; int pad2; long b; }; int f(struct o *);",
    ),
}
ALL = [
    *((name, *pair, "compatible") for name, pair in HARMLESS.items()),
    *((name, *pair, "breaking") for name, pair in (BREAKING | SOURCE).items()),
    *((name, *pair, "risky") for name, pair in RISKY.items()),
]


@pytest.mark.parametrize(("old", "new", "verdict"), [each[1:] for each in ALL], ids=[each[0] for each in ALL])
def test_verdict(compare, old, new, verdict):
    found = compare(old, new)
    told = [f"{each.verdict}: {each.diagnostic.message}" for each in found.changes]
    assert found.verdict == verdict, told


@pytest.mark.parametrize(("old", "new"), SOURCE.values(), ids=SOURCE)
def test_what_only_compiling_again_shows(compare, old, new):
    axes = [each.axes for each in compare(old, new).changes if each.verdict == "breaking"]
    assert axes
    assert all((each["binary"], each["source"]) == ("compatible", "breaking") for each in axes)


def test_a_header_of_types_alone_does_not_show_what_they_are_for(compare):
    assert compare(POINT, POINT.replace("x", "z").replace("int y", "long y")).verdict == "breaking"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="elsewhere both have one format")
def test_two_formats_of_floating_point_numbers_have_one_size(compare):
    assert compare("long double f(void);", "_Float128 f(void);").verdict == "breaking"
    assert compare("long double f(void);", "_Float64x f(void);").verdict == "risky"
