struct options { int level; int reserved; };
int use(const struct options *o);
