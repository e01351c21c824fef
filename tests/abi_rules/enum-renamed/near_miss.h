enum color { RED = 0 };
int paint(enum color c);
