/* What the contract of SQLite needs besides sqlite3.h: text in UTF-16, and memory that is bound and that SQLite has freed. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#define sqlite3_column_text_utf16(stmt, column) ((const uint16_t *)sqlite3_column_text16(stmt, column))
#define sqlite3_errmsg_utf16(db) ((const uint16_t *)sqlite3_errmsg16(db))
#define sqlite3_bind_text_copied(stmt, n, text, size) sqlite3_bind_text(stmt, n, text, size, SQLITE_TRANSIENT)
#define sqlite3_bind_blob_given(stmt, n, data, size) sqlite3_bind_blob(stmt, n, data, size, free)
