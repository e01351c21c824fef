extern const int level;
