enum color { RED, GREEN, BLUE, AZURE = BLUE };
int paint(enum color color);
