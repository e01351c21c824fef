/* Each call as a line of JSON before it is made, for whoever turns bytes into calls again. */
#ifndef ABIDANCE_SHOWN_H
#define ABIDANCE_SHOWN_H

static int abidance_showing;
static unsigned abidance_times = 1;  /* how often the call that is shown is made in a row */

static void abidance_show_integer(abidance_int value)
{
    char digits[48];
    int count = 0;
    unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    do
        digits[count++] = (char)('0' + (int)(rest % 10));
    while (rest /= 10);
    if (value < 0)
        putchar('-');
    while (count)
        putchar(digits[--count]);
}

static void abidance_show_real(double value) { printf("{\"float\": \"%a\"}", value); }

static void abidance_show_bytes(const unsigned char *at, size_t size)
{
    fputs("{\"bytes\": \"", stdout);
    for (size_t i = 0; i < size; i++)
        printf("%02x", at[i]);
    fputs("\"}", stdout);
}

static void abidance_show(const char *text) { fputs(text, stdout); }

/* Tell whether calls are shown: those of the first run of an input. */
static int abidance_shows(void) { return abidance_showing && abidance_pass == ABIDANCE_FIRST && !abidance_turn; }

static void abidance_show_line(const char *text)
{
    if (abidance_shows()) {
        fputs(text, stdout);
        fflush(stdout);
    }
}

#endif
