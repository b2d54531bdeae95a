/* SPDX-License-Identifier: Apache-2.0
 *
 * What went wrong in a run, and the exit status that tells it. A run can have several faults; the gravest one counts.
 */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include <stskafka/types.h>

enum {
    FAULT_USAGE = 1,   /* usage or configuration: exit status 2 */
    FAULT_BROKER = 2,  /* no broker, topic missing, not authorised: 4 */
    FAULT_INPUT = 4,   /* malformed input: 3 */
    FAULT_RECORDS = 8, /* some records did not go, or standard output did not: 1 */
};

/* The exit status for a set of faults; 0 for none. */
int exit_status(unsigned faults);

/* The fault that a status of the library stands for when an exporter cannot be made, or a record has it. */
unsigned fault_of(sts_status status);

#endif
