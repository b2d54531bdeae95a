/* SPDX-License-Identifier: Apache-2.0
 *
 * The addresses of the option `brokers`: [scheme://]host[:port], with commas between. librdkafka guesses where it
 * should not: a port of 99999 is 34463 for it, and a scheme that it does not expect ends the list in silence.
 *
 * No text from here has anything of an address in it: people write users and passwords there. */
#ifndef STS_TRANSPORT_ADDRESSES_H
#define STS_TRANSPORT_ADDRESSES_H

#include "base/error.h"
#include "base/text.h"

/* Whether each address is one. STS_OK, or STS_ERR_OPTION_VALUE, with the first that is not and why. */
sts_status sts__addresses_check(const char *option, const char *list, sts__fault *fault);

/* Adds a fault for each address whose scheme is not the security protocol (in Kafka's words, in either case). */
void sts__addresses_check_schemes(const char *option, const char *list, const char *protocol, sts__text *faults);

/* Leaves out the schemes, and the blanks around addresses. */
void sts__addresses_strip(char *list);

#endif
