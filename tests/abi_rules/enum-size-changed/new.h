enum color { RED, GREEN, BLUE, HUGE_COLOR = 0x100000000 };
int paint(enum color color);
