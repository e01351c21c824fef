struct item { char kind; char flags; int count; };
int use(struct item *i);
