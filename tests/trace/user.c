/* A program that uses boxes: soundly, or as its arguments say. */
#define _GNU_SOURCE
#include "box.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern int box_lies;
static jmp_buf back;

static int add(int number, void *with) { return number + *(int *)with; }
static int use(int number, void *lent) { return number + box_level(lent, 3); }
static int leave(int number, void *with)
{
    (void)number, (void)with;
    longjmp(back, 1);
}

static void check(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "the call does not do what it does alone: %s\n", what);
        exit(9);
    }
}

static void *work(void *rounds)
{
    uint8_t some[16] = {0};
    for (long i = 0; i < (long)rounds; i++) {
        box *it = box_new(100);
        check(box_put(it, some, sizeof some) == BOX_OK, "box_put");
        box_free(it);
    }
    return NULL;
}

static void sound(void)
{
    uint8_t some[64] = {1, 2, 3};
    size_t taken = 0;
    int with = 5;
    for (int i = 0; i < 3000; i++) { /* addresses come again */
        box *it = box_new(100);
        check(box_put(it, some, 64) == BOX_OK, "box_put");
        check(box_put(it, some, 64) == BOX_FULL, "box_put full");
        check(box_put(it, NULL, 0) == BOX_BAD, "box_put refused");
        check(box_take(it, some, 8, &taken) == BOX_OK && taken == 8, "box_take");
        errno = 77;
        check(box_level(it, 9) == BOX_OK && box_level(it, 10) == BOX_BAD && errno == 77, "errno");
        check(box_visit(it, add, &with) == 18, "box_visit");
        check(box_printf(it, "%d %f", 3, 4.5) == 7, "box_printf");
        box_free(it);
    }
    check(box_precise(1.25L) == 2.5L, "long double");
    box_point moved = box_moved((box_point){1, 2, 3}, 0.5f);
    check(moved.x == 1.5 && moved.y == 2 && moved.z == -3, "a record by value");
    check(box_paint(BOX_RED) && !box_paint(BOX_GREEN), "box_paint");
    check(box_ratio(1, 4) == 25 && box_ratio(-1, -1) == 100, "box_ratio");
    check(box_slice_sum(&(box_slice){some, 3, 1, 1}) == 3, "box_slice_sum");
    check(box_slice_sum(&(box_slice){NULL, 0, 1, 2}) == 0, "nothing in a slice");
    check(box_name_length("box", NULL) == 3 && box_name_length("", "cm") == 2, "box_name_length");
    box *shared = box_shared();
    check(box_level(shared, 0) == BOX_OK && box_shared() == shared, "box_shared");
    box *other = box_undescribed(10); /* made, held and ended as the contract does not know */
    box_hold(other), box_free(other);
    check(box_put(other, some, 0) == BOX_FULL || 1, "held by somebody");
    other = box_new(10);
    box_free(other);
    check(box_lend(use) == BOX_OK, "box_lend"); /* at the same address */
    box_stream stream = {3, NULL};
    for (int i = 0; i < 3; i++) { /* one place on the stack, again and again */
        stream.left = 3;
        check(box_begin(&stream) == 0 && box_step(&stream) == 2 && box_end(&stream) == 0, "box_begin");
    }
    box_stream kept;
    stream.left = 9;
    box_begin(&stream);
    kept = stream; /* a copy of one that is alive, in the place of one that is gone */
    box_end(&stream);
    stream = kept;
    check(box_step(&stream) == 8, "a copy");
    int (*found)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "box_forked");
    check(found && found() == 7, "dlsym");
    if (!setjmp(back))
        box_visit(shared, leave, NULL);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)2000L);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    pid_t child = fork();
    if (child == 0) {
        box_forked(), box_forked();
        exit(3);
    }
    int status;
    waitpid(child, &status, 0);
    check(WEXITSTATUS(status) == 3, "fork");
}

static void misuse(const char *how)
{
    uint8_t some[64] = {0};
    size_t taken;
    box *it = box_new(100);
    if (!strcmp(how, "null"))
        box_take(it, NULL, 4, &taken);
    else if (!strcmp(how, "null-where-not-empty"))
        box_slice_sum(&(box_slice){NULL, 4, 1, 2});
    else if (!strcmp(how, "null-string"))
        box_name_length(NULL, "cm");
    else if (!strcmp(how, "range"))
        box_level(it, 11);
    else if (!strcmp(how, "enum"))
        box_paint((box_color)3);
    else if (!strcmp(how, "requires"))
        box_ratio(5, 4);
    else if (!strcmp(how, "invariant"))
        box_slice_sum(&(box_slice){some, 3, 2, 1});
    else if (!strcmp(how, "gone"))
        box_free(it), box_put(it, some, 1);
    else if (!strcmp(how, "twice"))
        box_free(it), box_free(it);
    else if (!strcmp(how, "stream-gone")) {
        box_stream stream = {3, NULL};
        box_begin(&stream), box_end(&stream), stream.left = 3, box_step(&stream);
    } else if (!strcmp(how, "alive"))
        box_new(3);
    else if (!strcmp(how, "beyond"))
        box_put(box_new(1000000), calloc(1, 5000), 5000);
    else if (!strcmp(how, "status"))
        box_lies = 1, box_put(it, some, 1);
    else if (!strcmp(how, "past-capacity"))
        box_lies = 2, box_take(it, some, 4, &taken);
    else if (!strcmp(how, "errno"))
        box_lies = 3, box_level(it, 1);
    else if (!strcmp(how, "ensures"))
        box_lies = 5, box_ratio(1, 4);
    else if (!strcmp(how, "crash"))
        raise(SIGKILL);
    else
        exit(8);
    if (strcmp(how, "gone") && strcmp(how, "twice"))
        box_free(it);
}

int main(int count, char **words)
{
    if (count == 1)
        sound();
    for (int i = 1; i < count; i++)
        misuse(words[i]);
    puts("done");
    return 0;
}
