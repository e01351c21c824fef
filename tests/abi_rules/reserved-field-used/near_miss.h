struct options { int level; unsigned int reserved2[3]; };
int use(const struct options *o);
