/* Loads a document with an alias two levels deep, and dumps it. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <yaml.h>

static void crashed(int signal)
{
    (void)signal;
    static const char words[] = "yaml_emitter_dump crashed\n";
    _exit(write(1, words, sizeof words - 1) < 0 ? 2 : 1);
}

int main(void)
{
    const unsigned char text[] = "- [&x a, *x]\n";
    unsigned char room[100];
    size_t length = 0;
    yaml_parser_t parser;
    yaml_document_t document;
    yaml_emitter_t emitter;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, sizeof text - 1);
    yaml_emitter_initialize(&emitter);
    yaml_emitter_set_output_string(&emitter, room, sizeof room, &length);
    if (!yaml_parser_load(&parser, &document) || !yaml_emitter_open(&emitter))
        return 2;
    signal(SIGSEGV, crashed);
    int result = yaml_emitter_dump(&emitter, &document);
    yaml_emitter_close(&emitter);
    printf("yaml_emitter_dump returned %d and wrote %.*s\n", result, (int)length - 1, room);
    return !result;
}
