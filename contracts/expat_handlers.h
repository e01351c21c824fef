/* Expat, and handlers of one name under names of their own, so that a law can tell what each is told. */
#ifndef EXPAT_HANDLERS_H
#define EXPAT_HANDLERS_H

#include <expat.h>

#define XML_SetSkippedHandler(parser, skipped) XML_SetSkippedEntityHandler(parser, skipped)
#define XML_SetTextHandler(parser, text) XML_SetCharacterDataHandler(parser, text)
#define XML_SetRestHandler(parser, rest) XML_SetDefaultHandler(parser, rest)

#endif
