/* Asks where a node is, behind a letter of two bytes: the one counts characters, the other bytes. */
#include <stdio.h>
#include <yaml.h>

int main(void)
{
    const unsigned char text[] = "\xc3\xa9: b";
    yaml_parser_t parser;
    yaml_document_t document;
    int result;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    result = yaml_parser_load(&parser, &document);
    yaml_node_t *node = result ? yaml_document_get_node(&document, 3) : NULL;
    if (node == NULL)
        return 1;
    printf("yaml_document_get_node returned a node whose end_mark.index is %zu, line %zu, column %zu\n", node->end_mark.index, node->end_mark.line, node->end_mark.column);
    return node->end_mark.column != 4;
}
