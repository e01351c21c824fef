#include "source/tinyxml.h"
#include "tinyxml-declaration.h"

int document_parses(const char *text) {
    TiXmlDocument document;
    document.Parse(text);
    return !document.Error();
}
