/* Returns whether it is later than `when`, in seconds, without asking the kernel. */
int later_than(long when);
