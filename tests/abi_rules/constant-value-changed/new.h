#define FLAG_FAST 2
int a(int flags);
