/* Asks where an error is, behind a letter of two bytes: the one counts characters, the other bytes. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\xc3\xa9: @";
    yaml_parser_t parser;
    yaml_token_t token;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    while ((result = yaml_parser_scan(&parser, &token)))
        yaml_token_delete(&token);
    printf("yaml_parser_scan returned %d, and problem_mark.index is %zu, line %zu, column %zu\n", result, parser.problem_mark.index, parser.problem_mark.line, parser.problem_mark.column);
    return parser.error != YAML_SCANNER_ERROR || parser.problem_mark.column != 3;
}
