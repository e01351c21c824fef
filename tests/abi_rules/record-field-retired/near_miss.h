struct options { int level; int speed; };
int use(const struct options *options);
