struct options { int level; int reserved[3]; };
int use(const struct options *o);
