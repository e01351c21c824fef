typedef int integer;
integer a(integer n);
