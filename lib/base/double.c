/* SPDX-License-Identifier: Apache-2.0 */
#include "base/double.h"

#include <float.h>

#if FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1

double sts__double_compute(double a, char operation, double b) {
    switch (operation) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    default:
        return a / b;
    }
}

#else

#include <fenv.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

static long double compute(long double a, char operation, long double b) {
    switch (operation) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    default:
        return a / b;
    }
}

static bool is_odd(long double number) {
    int exponent;
    return (uint64_t)ldexpl(frexpl(fabsl(number), &exponent), LDBL_MANT_DIG) & 1;
}

/* Rounding to odd first makes the rounding to a double the only one that counts, of denormal results too (Boldo and
 * Melquiond, "When double rounding is odd"): towards zero, and where anything was cut off, the last bit is set. */
double sts__double_compute(double a, char operation, double b) {
    fenv_t before;
    volatile long double x = a;
    volatile long double y = b;
    feholdexcept(&before);
    fesetround(FE_TOWARDZERO);
    volatile long double result = compute(x, operation, y);
    bool cut_off = fetestexcept(FE_INEXACT) != 0;
    fesetenv(&before);
    if (cut_off && !is_odd(result))
        result = nextafterl(result, result < 0 ? -HUGE_VALL : HUGE_VALL);
    return sts__double_of((double)result);
}

#endif
