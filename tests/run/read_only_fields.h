/* A document in the caller's memory: some of its fields the library alone sets. */
#ifndef READ_ONLY_FIELDS_H
#define READ_ONLY_FIELDS_H

typedef struct ro_version { int major, minor; } ro_version;
typedef struct ro_document {
    ro_version *version; /* NULL, or the library's */
    char *title;         /* the library's */
    int level;           /* the caller's */
} ro_document;

int ro_open(ro_document *document, int with);
void ro_close(ro_document *document);
int ro_set(ro_document *document, int major); /* of the document's level */
int ro_drop(ro_document *document);

#endif
