enum colour { RED };
int paint(enum colour color);
