int open_it(int b);
int close_it(int b);
int more(void);
