void stop(int status);
