/* Emits a document of one character beyond U+FFFF in UTF-16, and parses what was written. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    unsigned char room[100];
    size_t length = 0;
    yaml_emitter_t emitter;
    yaml_parser_t parser;
    yaml_event_t event;
    int result = 1;
    yaml_emitter_initialize(&emitter);
    yaml_emitter_set_output_string(&emitter, room, sizeof room, &length);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_stream_start_event_initialize(&event, YAML_UTF16LE_ENCODING);
    yaml_emitter_emit(&emitter, &event);
    yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
    yaml_emitter_emit(&emitter, &event);
    yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)"\xf0\x9f\x98\x80", 4, 1, 1, YAML_ANY_SCALAR_STYLE);
    yaml_emitter_emit(&emitter, &event);
    yaml_document_end_event_initialize(&event, 1);
    yaml_emitter_emit(&emitter, &event);
    yaml_emitter_flush(&emitter);
    printf("yaml_emitter_emit wrote");
    for (size_t i = 0; i < length; i++)
        printf(" %02x", room[i]);
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, room, length);
    for (int i = 0; i < 3 && result; i++)
        result = yaml_parser_parse(&parser, &event);
    printf(", of which yaml_parser_parse says %s\n", result ? "nothing" : parser.problem);
    return !result || event.data.scalar.length != 4;
}
