"""Functions of the C library that tell of one that calls them what it does beyond its arguments."""

from __future__ import annotations

OUTSIDE = frozenset(
    (
        "unlink", "unlinkat", "remove", "rename", "renameat", "rmdir", "mkdir", "mkdirat", "system", "popen", "execve",
        "execv", "execvp", "execl", "execlp", "execvpe", "fork", "vfork", "posix_spawn", "posix_spawnp", "kill",
        "killpg", "reboot", "chdir", "fchdir", "chroot", "mount", "umount", "umount2", "setuid", "setgid",
        "seteuid", "setegid", "setresuid", "setresgid", "setsid", "truncate", "ftruncate", "truncate64", "ftruncate64",
        "chmod", "fchmod", "chown", "fchown", "lchown", "symlink", "link", "mkfifo", "mknod", "mkstemp", "mkdtemp",
        "mkstemp64", "daemon", "sethostname", "settimeofday", "clock_settime", "syslog", "connect", "bind", "listen",
        "accept", "getaddrinfo", "gethostbyname", "tcsetattr", "ptrace", "swapon", "setlocale", "alarm", "pause",
        "sleep", "renameat2", "linkat", "symlinkat", "fchmodat", "fchownat", "mknodat", "mkfifoat", "acct", "vhangup",
        "setlogin", "sethostid", "setdomainname", "setreuid", "setregid", "setgroups", "initgroups", "setpgrp",
        "setpgid", "nice", "setpriority", "ualarm", "swapoff", "pivot_root", "unshare", "setns", "clone", "prctl",
        "init_module", "delete_module", "mkostemp", "mkstemps", "tempnam", "tmpfile", "utime", "utimes", "utimensat",
        "futimes", "lutimes", "ioperm", "iopl", "sigqueue", "tgkill", "stime", "adjtime", "clock_adjtime",
    )
)  # fmt: skip
"""Functions of the C library that change what is outside of the process, or how all of it works."""


OF_THE_PROCESS = frozenset(
    (
        "close", "close_range", "closefrom", "dup2", "dup3", "fclose", "fcloseall", "syscall", "brk", "sbrk", "sync",
        "munmap", "mprotect", "mremap", "signal", "sigaction", "setrlimit", "personality", "exit", "_exit", "abort",
        "sched_setscheduler", "sched_setaffinity", "atexit", "at_quick_exit", "on_exit", "pthread_exit", "putenv",
    )
)  # fmt: skip
"""Functions of the C library that are for a program's own use, and that libraries call for good reasons."""


OPENS = frozenset(
    (
        "open",
        "open64",
        "openat",
        "openat64",
        "fopen",
        "fopen64",
        "freopen",
        "opendir",
        "stat",
        "stat64",
        "creat",
    )
)
"""Functions of the C library that take the name of a file."""


TALKS = frozenset(
    (
        "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg", "__recv_chk",
        "__recvfrom_chk",
    )
)  # fmt: skip
"""Functions of the C library by which a socket is written to, or waited for."""
