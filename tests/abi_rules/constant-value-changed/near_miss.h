#define FLAG_FAST (1 << 0)
int a(int flags);
