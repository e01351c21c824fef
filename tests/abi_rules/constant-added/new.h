#define LIMIT_X 4
int a(void);
