/* SPDX-License-Identifier: Apache-2.0
 *
 * A call of librdkafka's transactional ones. They wait for brokers: rd_kafka_send_offsets_to_transaction for as long as
 * a connection may be silent, whatever time it is given (2.0.2 to 2.16: its operation is awaited without a bound). So
 * each runs in a thread of its own for the time, and who serves looks for its result.
 *
 * Offsets are read by a consumer that is made for it: a producer could only do so by librdkafka's admin API
 * (ListConsumerGroupOffsets), whose requests to a coordinator end the process where they time out at a bad moment
 * (2.0.2: "rd_kafka_enq_once_del_source_return: Assertion `eonce->refcnt > 0' failed", seen with killed brokers).
 *
 * A call may outlive who has made it, and its producer must not be destroyed before it has ended: it has several
 * owners. Nor may a producer be destroyed in a transaction: librdkafka may be about to tell the coordinator of a
 * partition, and where it loses that connection before it has counted the request, it ends the process (2.0.2 to 2.16:
 * rd_kafka_txn_handle_AddPartitionsToTxn, "Assertion `rk->rk_eos.txn_req_cnt > 0' failed"). */
#ifndef STS_TRANSPORT_KAFKA_CALL_H
#define STS_TRANSPORT_KAFKA_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <librdkafka/rdkafka.h>

#include "transport/credentials.h"

typedef enum sts__kafka_call_kind {
    STS__CALL_LOOK,   /* reads offsets of the group as they are, */
    STS__CALL_READ,   /* or when what is under way about them is settled, which another producer may have left so, */
    STS__CALL_INIT,   /* takes the transactional id, which ends what another producer had under it, */
    STS__CALL_COMMIT, /* commits the open transaction, with the offsets that it is given, */
    STS__CALL_ABORT   /* or aborts it */
} sts__kafka_call_kind;

typedef struct sts__kafka_call sts__kafka_call;

/* What came of a call that has ended. */
typedef struct sts__kafka_call_result {
    rd_kafka_resp_err_t error;
    bool passes;      /* it may come about if it is made again */
    bool wants_abort; /* the transaction is to be aborted */
    const char *text; /* librdkafka's, "" without an error; with STS__CALL_ABORT why it had to be, if it is known */
    rd_kafka_resp_err_t cause;                      /* the same as a code */
    const rd_kafka_topic_partition_list_t *offsets; /* of LOOK and READ; NULL with an error */
} sts__kafka_call_result;

/* The consumer that reads offsets, for LOOK and READ. */
typedef struct sts__kafka_reader {
    const rd_kafka_conf_t *conf;
    const sts_oauth_token *token; /* that it connects with; NULL: it needs none, or librdkafka gets it one */
} sts__kafka_reader;

/* Makes a call of a producer: STS_OK, STS_ERR_NO_MEMORY, STS_ERR_SYSTEM (there is no thread for it). `offsets` become
 * the call's: of which topics they are to be read, or what is to be committed. */
sts_status sts__kafka_call_make(sts__kafka_call **made, rd_kafka_t *producer, sts__kafka_call_kind kind,
                                const char *group, rd_kafka_topic_partition_list_t *offsets, sts__kafka_reader reader);

/* Whether it has ended; `*result` is good until it is released. */
bool sts__kafka_call_has_ended(sts__kafka_call *call, sts__kafka_call_result *result);

/* It is not waited for any more: it ends as soon as librdkafka lets it. */
void sts__kafka_call_stop(sts__kafka_call *call);

/* NULL is allowed, as in the next one. */
sts__kafka_call *sts__kafka_call_keep(sts__kafka_call *call);
void sts__kafka_call_release(sts__kafka_call *call);

/* What a producer has under way at its end. */
typedef struct sts__kafka_unfinished {
    sts__kafka_call *call; /* NULL: none */
    bool in_transaction;
} sts__kafka_unfinished;

/* Ends that, so that the producer may be destroyed, however long it takes; gives up its records, and releases the
 * call. */
void sts__kafka_finish(rd_kafka_t *producer, sts__kafka_unfinished unfinished);

#endif
