int a(void);
/* #define LIMIT_X 4 */
