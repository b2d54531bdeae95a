/* SPDX-License-Identifier: Apache-2.0
 *
 * Doubles that are doubles on every machine. Where the compiler computes with more precision than a double has
 * (FLT_EVAL_METHOD 2: x87), a result, a literal or a converted integer may be none yet when it is compared, and the
 * result of an operation is rounded twice. Whatever is compared or computed in double goes through here. */
#ifndef STS_BASE_DOUBLE_H
#define STS_BASE_DOUBLE_H

/* The nearest double, whatever precision the argument came with. Compilers differ in whether a cast or an assignment
 * does that (gcc -std=gnu99 and clang keep what they have); a store in memory always does. */
static inline double sts__double_of(double number) {
    volatile double stored = number;
    return stored;
}

/* a OPERATION b, one of + - * /, rounded once to the nearest. */
double sts__double_compute(double a, char operation, double b);

#endif
