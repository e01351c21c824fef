int say(const char *format);
