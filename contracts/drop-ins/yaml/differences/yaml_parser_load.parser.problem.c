/* Asks what is wrong with an escape of one digit: the texts differ in a letter. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\"\\x4\"";
    yaml_parser_t parser;
    yaml_document_t document;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    result = yaml_parser_load(&parser, &document);
    printf("yaml_parser_load returned %d: %s\n", result, parser.problem);
    return parser.error != YAML_SCANNER_ERROR;
}
