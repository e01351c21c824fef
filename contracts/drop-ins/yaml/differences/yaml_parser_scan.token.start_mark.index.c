/* Asks where the second scalar is, behind a letter of two bytes: the one counts characters, the other bytes. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\xc3\xa9: b";
    yaml_parser_t parser;
    yaml_token_t token;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    for (int scalars = 0; (result = yaml_parser_scan(&parser, &token)) && (scalars += token.type == YAML_SCALAR_TOKEN) < 2;)
        yaml_token_delete(&token);
    printf("yaml_parser_scan returned %d, and start_mark.index is %zu, line %zu, column %zu\n", result, token.start_mark.index, token.start_mark.line, token.start_mark.column);
    return !result || token.start_mark.column != 3;
}
