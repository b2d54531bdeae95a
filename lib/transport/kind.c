/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/kind.h"

#include "transport/message_size.h"

const sts__transport_kind sts__host_transport = {.cost = sts__message_cost};
