extern int a(void) __asm__("a_v1");
