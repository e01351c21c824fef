/* Asks what is wrong with an escape of one digit: the texts differ in a letter. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\"\\x4\"";
    yaml_parser_t parser;
    yaml_event_t event;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    while ((result = yaml_parser_parse(&parser, &event)))
        yaml_event_delete(&event);
    printf("yaml_parser_parse returned %d: %s\n", result, parser.problem);
    return parser.error != YAML_SCANNER_ERROR;
}
