/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether what an option says as a spec has a meaning, and for which signals. */
#ifndef STS_EXPORTER_SPEC_CHECK_H
#define STS_EXPORTER_SPEC_CHECK_H

#include "base/error.h"
#include "ottl/program.h"

/* Compiles a key. As sts__ottl_compile, but one that reads a record is a fault where the signal passes through whole;
 * the option's name is not in the text. */
sts_status sts__spec_compile_key(sts__ottl_set *set, const char *spec, sts__ottl_program *program, sts__fault *fault);

/* Whether a spec has a meaning for the signal that the option is of; where it is of all signals, for one of them at
 * least, since nobody knows yet which will be exported. STS_OK; STS_ERR_OPTION_VALUE, which names the option;
 * STS_ERR_NO_MEMORY. */
sts_status sts__spec_check(const sts__memory *memory, const char *option, const char *spec, sts__fault *fault);

/* Adds which other signals' keys a spec can be that is none for this signal, in front of the place that the text shows:
 * "; it would do as traces.key or metrics.key". */
void sts__spec_add_hint(const sts__memory *memory, const sts__signal *signal, const char *spec, sts__fault *fault);

#endif
