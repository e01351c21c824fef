#define FLAG_FAST 1
int a(int flags);
