/* Each function is sound, and with -DDEFECT wrong in the one way that its name says. */
#ifndef DEFECT_H
#define DEFECT_H
#ifdef DEFECT
#define DEFECTIVE 1
#define PICK(defective, sound) defective
#else
#define DEFECTIVE 0
#define PICK(defective, sound) sound
#endif
#define EXPORT __attribute__((visibility("default")))
#endif
