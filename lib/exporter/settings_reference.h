/* SPDX-License-Identifier: Apache-2.0
 *
 * References in values of a file of options: ${env:NAME}, ${env:NAME:-default} and ${NAME}, and $$ for a dollar sign,
 * as the collector reads them (confmap 1.71), where that is one step; what takes more is refused. */
#ifndef STS_EXPORTER_SETTINGS_REFERENCE_H
#define STS_EXPORTER_SETTINGS_REFERENCE_H

#include "base/error.h"
#include "base/text.h"

/* Appends `written` with what its references stand for. `*is_null` where all of it is one reference to a variable that
 * is empty: as if nothing were there. STS_OK; STS_ERR_CONFIG with what is wrong, without a variable's value;
 * STS_ERR_NO_MEMORY. */
sts_status sts__references_resolve(const char *written, sts__text *text, bool *is_null, sts__fault *fault);

#endif
