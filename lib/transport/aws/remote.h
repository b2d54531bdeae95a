/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS's credentials that are asked for by HTTP: of STS for a web identity (EKS's IRSA), of a container's agent (ECS,
 * EKS's pod identity), of an instance's metadata (IMDSv2). */
#ifndef STS_TRANSPORT_AWS_REMOTE_H
#define STS_TRANSPORT_AWS_REMOTE_H

#include "transport/aws/credentials.h"

typedef struct sts__aws_asking {
    const char *region;
    const int *stopped;                    /* atomic: given up when it is not 0 */
    const sts__aws_web_identity *identity; /* with no role: there is none */
    int64_t clock_off_ms; /* by how much this machine's clock is ahead of the other side's; 0: not known */
} sts__aws_asking;

/* Goes on from one place to the next where there is nothing. */
sts__aws_found sts__aws_ask(sts__aws_asking *asking, sts__aws_credentials *credentials, char *why, size_t why_size);

#endif
