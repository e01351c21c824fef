int say(const char *words);
