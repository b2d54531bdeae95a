/* SPDX-License-Identifier: Apache-2.0
 *
 * What consumers in Go and Java could not read: text that is not UTF-8, and more nested messages than their runtimes
 * take. */
#ifndef STS_TOPOLOGY_CHECK_H
#define STS_TOPOLOGY_CHECK_H

#include "base/error.h"
#include "proto/schema.h"

/* Nested messages on the wire, the outermost counted as 1 (Java's limit). */
enum { STS__TOPOLOGY_MAX_DEPTH = 100 };

/* How deep a component or a relation is in a message. */
enum { STS__TOPOLOGY_ELEMENT_DEPTH = 3 };

/* Looks at a message that will stand `depth` deep, 1 for a whole one. STS_OK; STS_ERR_UTF8 or STS_ERR_TOO_DEEP, with
 * the path in the text, for instance components[0].resourceDefinition.spec.ports[2]. */
sts_status sts__topology_check(const sts__proto_type *type, const void *message, int depth, sts__fault *fault);

/* The same for an object that will be a Struct `depth` deep; `name` begins the path. */
sts_status sts__topology_check_object(const char *name, const sts__json *object, int depth, sts__fault *fault);

#endif
