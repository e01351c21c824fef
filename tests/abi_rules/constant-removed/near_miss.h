#define LIMIT_X (2 + 2)
int a(void);
