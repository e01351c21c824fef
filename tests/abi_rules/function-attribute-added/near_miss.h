int a(char *q);
