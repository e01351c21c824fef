/* A worker that may not change anything outside of itself: the kernel refuses it what would.
 *
 * Files may be read, memory mapped, threads started. Whatever creates, writes or removes a file, starts a program, reaches
 * another process or the network, or changes the machine, ends the worker with SIGSYS, and the status page names the call.
 * The filter stays with the process and what it starts, and nothing can take it away (seccomp(2)).
 */
#define _GNU_SOURCE
#include "arena.h"

#include <fcntl.h>
#include <stddef.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

static const int refused[] = {
#ifdef SYS_unlink
    SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_link, SYS_symlink, SYS_mknod, SYS_chmod, SYS_chown, SYS_lchown,
    SYS_creat, SYS_utime, SYS_utimes, SYS_futimesat, SYS_fork, SYS_vfork,
#endif
    SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_mkdirat, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_fchmod,
    SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_truncate, SYS_fallocate, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mount, SYS_umount2, SYS_pivot_root,
    SYS_chroot, SYS_execve, SYS_execveat, SYS_ptrace, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_sethostname,
    SYS_setdomainname, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_bpf,
    SYS_perf_event_open, SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_shmget, SYS_shmctl, SYS_shmat, SYS_msgget, SYS_msgctl, SYS_msgsnd,
    SYS_semget, SYS_semctl, SYS_semop, SYS_mq_open, SYS_mq_unlink, SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid,
    SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_setfsuid, SYS_setfsgid, SYS_capset, SYS_setpriority, SYS_setsid,
    SYS_setpgid, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_send_signal, SYS_pidfd_getfd,
    SYS_setns, SYS_unshare, SYS_syslog, SYS_acct, SYS_quotactl, SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_userfaultfd, SYS_io_uring_setup, SYS_io_setup, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
    SYS_clock_adjtime, SYS_personality, SYS_vhangup, SYS_fanotify_init, SYS_open_by_handle_at, SYS_move_mount,
    SYS_open_tree, SYS_fsopen, SYS_fsmount, SYS_sync, SYS_syncfs, SYS_splice, SYS_tee, SYS_vmsplice, SYS_sendfile,
    SYS_copy_file_range,
};

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, what))
#define LOW_HALF(number) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
                                  (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (number)))
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), yes, no)
#define HAS(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(bits), yes, no)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))

int abidance_fence(void) {
    const uint32_t self = (uint32_t)getpid();
    const struct sock_filter first[] = {
        LOAD(arch),
        IS(MACHINE, 1, 0),
        REFUSE,
        LOAD(nr),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1), /* the x32 ABI's numbers, which are others */
        REFUSE,
        /* Reading is allowed, and nothing else that opens. */
#ifdef SYS_open
        IS(SYS_open, 0, 4), LOW_HALF(1), HAS(WRITES, 0, 1), REFUSE, ALLOW,
#endif
        IS(SYS_openat, 0, 4), LOW_HALF(2), HAS(WRITES, 0, 1), REFUSE, ALLOW,
        /* Its flags lie in memory: whoever asks is told that there is no such call, and takes the one above. */
        IS(SYS_openat2, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        IS(SYS_clone3, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        /* Threads are, processes are not. */
        IS(SYS_clone, 0, 4), LOW_HALF(0), HAS(CLONE_THREAD, 1, 0), REFUSE, ALLOW,
        /* Signals to itself, and memory of its own. */
        IS(SYS_kill, 3, 0), IS(SYS_tgkill, 2, 0), IS(SYS_process_vm_writev, 1, 0), IS(SYS_process_vm_readv, 0, 4),
        LOW_HALF(0), IS(self, 1, 0), REFUSE, ALLOW,
        /* Limits may be read. */
        IS(SYS_prlimit64, 0, 4), LOW_HALF(2), IS(0, 1, 0), REFUSE, ALLOW,
        /* Is it a terminal? */
        IS(SYS_ioctl, 0, 4), LOW_HALF(1), IS(TCGETS, 1, 0), REFUSE, ALLOW,
    };
    struct sock_filter filter[COUNT(first) + 2 * COUNT(refused) + 1];
    unsigned short count = 0;
    for (size_t i = 0; i < COUNT(first); i++)
        filter[count++] = first[i];
    for (size_t i = 0; i < COUNT(refused); i++) {
        filter[count++] = (struct sock_filter)IS(refused[i], 0, 1);
        filter[count++] = (struct sock_filter)REFUSE;
    }
    filter[count++] = (struct sock_filter)ALLOW;
    struct sock_fprog program = {.len = count, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return ABIDANCE_NO_MEMORY;
    return ABIDANCE_OK;
}

#else

int abidance_fence(void) { return ABIDANCE_NO_MEMORY; }

#endif
