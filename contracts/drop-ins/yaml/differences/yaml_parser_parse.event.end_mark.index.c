/* Asks where the second scalar is, behind a letter of two bytes: the one counts characters, the other bytes. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\xc3\xa9: b";
    yaml_parser_t parser;
    yaml_event_t event;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    for (int scalars = 0; (result = yaml_parser_parse(&parser, &event)) && (scalars += event.type == YAML_SCALAR_EVENT) < 2;)
        yaml_event_delete(&event);
    printf("yaml_parser_parse returned %d, and end_mark.index is %zu, line %zu, column %zu\n", result, event.end_mark.index, event.end_mark.line, event.end_mark.column);
    return !result || event.end_mark.column != 4;
}
