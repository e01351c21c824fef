/* Calling a function of the library again while it runs: from the first callback that it calls.
 *
 * The worker makes the inner call first, into a lane, which keeps its registers and its part of the stack and comes
 * back at once. The outer call then runs; the callback makes the kept call, and what it leaves in the registers of
 * results is given to the worker when it asks for the inner call a second time.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <string.h>

#define REGISTERS 192 /* of a lane's frame, below its frame pointer */
#define RESULTS 256   /* where a lane gives its results from, below its frame pointer */
#define ARGUMENTS 16  /* where the caller's part of the stack begins, above it */

struct kept_call {
    void *target;
    uint8_t registers[REGISTERS];
    uint8_t stack[256];
    uint64_t left[6];
};

_Static_assert(offsetof(struct kept_call, registers) == 8, "kept_call_make reads them there");
_Static_assert(offsetof(struct kept_call, stack) == 200, "kept_call_make reads it there");
_Static_assert(offsetof(struct kept_call, left) == 456, "kept_call_make writes them there");

static struct kept_call kept;
static __thread int armed;
static int made;

void kept_call_make(struct kept_call *call);

void reentry_begin(void) {
    kept.target = NULL;
    made = 0;
}

void reentry_lane(void *target, uint8_t *frame) {
    if (kept.target == NULL) {
        kept.target = target;
        memcpy(kept.registers, frame - REGISTERS, sizeof kept.registers);
        memcpy(kept.stack, frame + ARGUMENTS, sizeof kept.stack);
        memset(kept.left, 0, sizeof kept.left);
    }
    memcpy(frame - RESULTS, kept.left, sizeof kept.left);
}

void reentry_arm(int on) { armed = on && kept.target != NULL; }

int reentry_made(void) { return made; }

void reentry_from_callback(void) {
    if (!armed)
        return;
    armed = 0;
    made = 1;
#if defined(__x86_64__)
    kept_call_make(&kept);
#endif
}

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl kept_call_make\n"
        ".hidden kept_call_make\n"
        ".type kept_call_make, @function\n"
        "kept_call_make:\n"
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    pushq %rbx\n"
        "    .cfi_offset %rbx, -24\n"
        "    subq $264, %rsp\n"
        "    movq %rdi, %rbx\n"
        "    leaq 200(%rbx), %rsi\n"
        "    movq %rsp, %rdi\n"
        "    movl $32, %ecx\n"
        "    cld\n"
        "    rep movsq\n"
        "    movups 120(%rbx), %xmm0\n"
        "    movups 104(%rbx), %xmm1\n"
        "    movups 88(%rbx), %xmm2\n"
        "    movups 72(%rbx), %xmm3\n"
        "    movups 56(%rbx), %xmm4\n"
        "    movups 40(%rbx), %xmm5\n"
        "    movups 24(%rbx), %xmm6\n"
        "    movups 8(%rbx), %xmm7\n"
        "    movq 176(%rbx), %rdi\n"
        "    movq 168(%rbx), %rsi\n"
        "    movq 160(%rbx), %rdx\n"
        "    movq 152(%rbx), %rcx\n"
        "    movq 144(%rbx), %r8\n"
        "    movq 136(%rbx), %r9\n"
        "    movq 184(%rbx), %rax\n"
        "    call *(%rbx)\n"
        "    movq %rax, 456(%rbx)\n"
        "    movq %rdx, 464(%rbx)\n"
        "    movups %xmm0, 472(%rbx)\n"
        "    movups %xmm1, 488(%rbx)\n"
        "    addq $264, %rsp\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size kept_call_make, . - kept_call_make\n");
#endif
