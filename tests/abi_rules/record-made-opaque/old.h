struct handle { int fd; };
int use(struct handle *h);
