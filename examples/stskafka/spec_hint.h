/* SPDX-License-Identifier: Apache-2.0
 *
 * The usual slips in a spec (key, topic_from and others), and the way out. */
#ifndef SPEC_HINT_H
#define SPEC_HINT_H

/* What was probably meant by a spec that was refused with this error; NULL: it is none of the usual slips. */
const char *spec_hint(const char *spec, const char *error);

#endif
