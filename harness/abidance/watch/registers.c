/* The way of every call into the library: what the callee must hand back as it was, and whether it did.
 *
 * The System V psABI for x86-64 has a callee preserve rbx, rbp, rsp and r12 to r15 (3.2.1), and return with the
 * direction flag clear (3.2.1 as well). A caller's compiler relies on both. So the function is entered from here: the
 * registers hold numbers that nobody else has, and are compared and put back before any of our own code runs.
 *
 * The caller's return address is taken off the stack and kept, so that arguments on the stack are where the callee looks.
 * One call at a time, on the worker's main thread. What a callee leaves of the upper halves of vector registers is its own.
 */
#define _GNU_SOURCE
#include "arena.h"

#if defined(__x86_64__)

/* The assembly below knows the order. */
struct abidance_passing {
    uint64_t target, back, thread;
    uint64_t rsp, rbp;
    uint64_t kept[5];  /* rbx, r12 to r15 of the caller */
    uint64_t given[5]; /* what the callee found there */
    uint64_t under_way;
    uint64_t fill, words; /* what the stack below is filled with, and how much of it */
};

struct abidance_passing abidance_passing __attribute__((visibility("hidden")));
uint32_t abidance_unpreserved __attribute__((visibility("hidden")));
_Static_assert(ABIDANCE_BELOW == 65536, "the assembly below has the same");

void registers_begin(uint64_t target) {
    /* No address is as large, so code that takes one of them for its own faults. */
    static uint64_t number = 0x5AD0C0DE00000001u;
    struct abidance_passing *passing = &abidance_passing;
    for (int i = 0; i < 5; i++)
        passing->given[i] = number += 0x100000007u;
    passing->target = target;
    __asm__("movq %%fs:0, %0" : "=r"(passing->thread));
    abidance_unpreserved = 0;
}

int registers_fill(uint64_t word, uint64_t words) {
    abidance_passing.fill = word;
    abidance_passing.words = words;
    return 1;
}

uint32_t registers_end(void) { return abidance_unpreserved; }

void registers_direction(void) {
    uint64_t flags;
    __asm__ volatile("pushfq\n    popq %0\n    cld" : "=r"(flags) : : "memory");
    if (flags & 1u << 10)
        abidance_unpreserved |= ABIDANCE_DIRECTION;
}

/* The unwinder goes no further than here: what called is abidance. A call that comes back on another thread, or when
 * none is under way, can go nowhere. */
__asm__(".text\n"
        ".globl abidance_pass\n"
        ".type abidance_pass, @function\n"
        "abidance_pass:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    popq 8+abidance_passing(%rip)\n"
        "    movq %rsp, 24+abidance_passing(%rip)\n"
        "    movq %rbp, 32+abidance_passing(%rip)\n"
        "    movq %rbx, 40+abidance_passing(%rip)\n"
        "    movq %r12, 48+abidance_passing(%rip)\n"
        "    movq %r13, 56+abidance_passing(%rip)\n"
        "    movq %r14, 64+abidance_passing(%rip)\n"
        "    movq %r15, 72+abidance_passing(%rip)\n"
        "    movq %rdi, %rbx\n" /* arguments, and how many of them are in vector registers */
        "    movq %rcx, %r12\n"
        "    movq %rax, %r13\n"
        "    movq 128+abidance_passing(%rip), %rax\n"
        "    movq 136+abidance_passing(%rip), %rcx\n"
        "    leaq 0(,%rcx,8), %r14\n"
        "    movq %rsp, %rdi\n"
        "    subq %r14, %rdi\n"
        "    rep stosq\n"
        "    movq %rbx, %rdi\n"
        "    movq %r12, %rcx\n"
        "    movq %r13, %rax\n"
        "    movq 80+abidance_passing(%rip), %rbx\n"
        "    movq 88+abidance_passing(%rip), %r12\n"
        "    movq 96+abidance_passing(%rip), %r13\n"
        "    movq 104+abidance_passing(%rip), %r14\n"
        "    movq 112+abidance_passing(%rip), %r15\n"
        "    incq 120+abidance_passing(%rip)\n"
        "    call *abidance_passing(%rip)\n"
        "    movq %rsp, %r10\n"
        "    movq 24+abidance_passing(%rip), %rsp\n"
        "    pushfq\n"
        "    popq %r11\n"
        "    cld\n"
        "    movq %fs:0, %rcx\n"
        "    cmpq 16+abidance_passing(%rip), %rcx\n"
        "    jne 9f\n"
        "    decq 120+abidance_passing(%rip)\n"
        "    jnz 9f\n"
        "    xorl %ecx, %ecx\n"
        "    cmpq 80+abidance_passing(%rip), %rbx\n"
        "    je 1f\n"
        "    orl $1, %ecx\n"
        "1:  cmpq 32+abidance_passing(%rip), %rbp\n"
        "    je 1f\n"
        "    orl $2, %ecx\n"
        "1:  cmpq 88+abidance_passing(%rip), %r12\n"
        "    je 1f\n"
        "    orl $4, %ecx\n"
        "1:  cmpq 96+abidance_passing(%rip), %r13\n"
        "    je 1f\n"
        "    orl $8, %ecx\n"
        "1:  cmpq 104+abidance_passing(%rip), %r14\n"
        "    je 1f\n"
        "    orl $16, %ecx\n"
        "1:  cmpq 112+abidance_passing(%rip), %r15\n"
        "    je 1f\n"
        "    orl $32, %ecx\n"
        "1:  cmpq 24+abidance_passing(%rip), %r10\n"
        "    je 1f\n"
        "    orl $64, %ecx\n"
        "1:  btl $10, %r11d\n"
        "    jnc 1f\n"
        "    orl $128, %ecx\n"
        "1:  orl %ecx, abidance_unpreserved(%rip)\n"
        "    movq 32+abidance_passing(%rip), %rbp\n"
        "    movq 40+abidance_passing(%rip), %rbx\n"
        "    movq 48+abidance_passing(%rip), %r12\n"
        "    movq 56+abidance_passing(%rip), %r13\n"
        "    movq 64+abidance_passing(%rip), %r14\n"
        "    movq 72+abidance_passing(%rip), %r15\n"
        "    movq abidance_below(%rip), %rdi\n" /* where the stack below is copied to, before anybody writes there */
        "    testq %rdi, %rdi\n"
        "    jz 1f\n"
        "    leaq -65536(%rsp), %rsi\n" /* ABIDANCE_BELOW */
        "    movl $8192, %ecx\n"
        "    rep movsq\n"
        "1:  pushq 8+abidance_passing(%rip)\n"
        "    ret\n"
        "9:  ud2\n"
        "    .cfi_endproc\n"
        ".size abidance_pass, . - abidance_pass\n");

/* What a proof has called: the watcher must see what it leaves, r12 and the flag besides what the gate does itself. */
__asm__(".text\n"
        ".globl registers_misbehave\n"
        ".hidden registers_misbehave\n"
        ".type registers_misbehave, @function\n"
        "registers_misbehave:\n"
        "    .cfi_startproc\n"
        "    subq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    call gate_misbehave\n"
        "    addq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    notq %r12\n"
        "    std\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size registers_misbehave, . - registers_misbehave\n");

extern const char abidance_pass[] __attribute__((visibility("hidden")));

uint64_t abidance_gate(void) { return (uint64_t)(uintptr_t)abidance_pass; }

#else /* nobody looks: functions are called as they are */

void registers_begin(uint64_t target) { (void)target; }
int registers_fill(uint64_t word, uint64_t words) { (void)word; (void)words; return 0; }
int registers_fill(uint64_t word, uint64_t words) {
    abidance_passing.fill = word;
    abidance_passing.words = words;
    return 1;
}

uint32_t registers_end(void) { return 0; }
void registers_direction(void) {}
void registers_misbehave(void) { gate_misbehave(); }
uint64_t abidance_gate(void) { return 0; }

#endif
