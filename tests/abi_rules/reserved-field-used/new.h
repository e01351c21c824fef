struct options { int level; int flags; int reserved[2]; };
int use(const struct options *o);
