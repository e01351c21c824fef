_Noreturn void stop(int code);
