/* SPDX-License-Identifier: Apache-2.0
 *
 * A port of this machine at which nobody listens. */
#ifndef TESTS_SUPPORT_CLOSED_PORT_H
#define TESTS_SUPPORT_CLOSED_PORT_H

#include <stddef.h>

/* Writes "127.0.0.1:<port>" and returns a descriptor; the port stays closed until the caller closes that. */
int closed_port_reserve(char *brokers, size_t size);

#endif
