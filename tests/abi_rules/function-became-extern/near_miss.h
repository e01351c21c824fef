static inline int twice(int n) { return n + n; }
