void stop(int code);
