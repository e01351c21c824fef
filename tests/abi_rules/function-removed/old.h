int open_it(int a);
int close_it(int a);
