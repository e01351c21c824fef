/** TinyXML for C: whether a document parses. */
#ifdef __cplusplus
extern "C" {
#endif
int document_parses(const char *text);
#ifdef __cplusplus
}
#endif
