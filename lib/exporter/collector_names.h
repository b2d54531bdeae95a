/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of the collector's kafkaexporter (as of v0.163) that are no options here: what is to be used instead, or
 * why there is none. */
#ifndef STS_EXPORTER_COLLECTOR_NAMES_H
#define STS_EXPORTER_COLLECTOR_NAMES_H

/* What to say of a name that is unknown here; NULL: it is none of the collector's. */
const char *sts__collector_hint(const char *name);

#endif
