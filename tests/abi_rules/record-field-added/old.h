struct item { char kind; int count; };
int use(struct item *i);
