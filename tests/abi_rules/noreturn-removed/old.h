void stop(int code) __attribute__((noreturn));
