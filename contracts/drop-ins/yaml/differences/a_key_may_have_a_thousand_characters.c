/* Parses a mapping of one key, which has 600 letters of two bytes each. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    unsigned char text[1300];
    int length = 0, result, events = 0;
    yaml_parser_t parser;
    yaml_event_t event;
    for (int i = 0; i < 600; i++)
        length += sprintf((char *)text + length, "\xc3\xa9");
    length += sprintf((char *)text + length, ": x\n");
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, length);
    while ((result = yaml_parser_parse(&parser, &event)) && event.type != YAML_STREAM_END_EVENT)
        events++;
    printf("yaml_parser_parse returned %d after %d events%s%s\n", result, events, result ? "" : ": ", result ? "" : parser.problem);
    return !result;
}
