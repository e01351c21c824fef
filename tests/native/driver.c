/* Runs a target on inputs made up from a seed: RUNS SEED, or on the files that are named by whole paths. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

static uint64_t drawn(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

int main(int argc, char **argv)
{
    static uint8_t input[1 << 20];
    LLVMFuzzerInitialize(&argc, &argv);
    if (argc > 1 && argv[1][0] == '/') {
        for (int i = 1; i < argc; i++) {
            FILE *file = fopen(argv[i], "rb");
            size_t size = file ? fread(input, 1, sizeof input, file) : 0;
            LLVMFuzzerTestOneInput(input, size);
        }
        return 0;
    }
    state = 88172645463325252ull ^ strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15ull;
    for (long run = 0; run < atol(argv[1]); run++) {
        size_t size = drawn() % (run % 4 ? 64 : 512);
        for (size_t i = 0; i < size; i++)
            input[i] = (uint8_t)(drawn() % 3 ? drawn() : drawn() % 4);
        LLVMFuzzerTestOneInput(input, size);
    }
    return 0;
}
