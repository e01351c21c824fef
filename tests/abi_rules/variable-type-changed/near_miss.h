typedef int level_t;
extern level_t level;
