struct options { int level; };
int use(const struct options *o);
