"""Which lines and branches of a library ran: counters that gcc, clang and rustc compile in, read without their tools.

gcc's notes (`.gcno`) and LLVM's coverage mapping, which lies in the library, say what each counter stands for.
"""
