# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry records and topology to Kafka under a message key that you choose: libstskafka for Python.

    import stskafka

    with stskafka.Exporter({"brokers": "localhost:9092", "key": 'resource.attributes["host.name"]'}) as exporter:
        exporter.export_logs(request_bytes)   # an ExportLogsServiceRequest in protobuf; or a LogBatch
        exporter.flush()

`stskafka.explain(request_bytes, options, partitions=12)` tells what would be sent, without a broker. Failures are
exceptions with all that the C library tells (Error); single records' fates are Outcomes."""
from ._callbacks import OAuthToken
from ._codes import Counts, Dependency, Format, Kind, LogLevel, Owner, Signal, Status
from ._error import (ClosedError, ConfigError, Error, ForkedError, NoBrokerError, NotAuthenticatedError, NotAuthorizedError,
                     NotDeliveredError, QueueFullError, RecordError, ReentrantError, RejectedError, RequestError, StorageError,
                     TimedOutError, TopicMissingError, status_name)
from ._exporter import Exporter, explain
from ._key import HeavyKey, Skew, partition, partition_profiles
from ._library import lib as _lib
from ._log_batch import LogBatch
from ._memory import MemoryTransport
from ._option_values import OptionKeywords, OptionValues
from ._options import OptionInfo, Options, option_table
from ._records import DeadLetter, Explanation, KeyPart, Message, Outcome
from ._topology import TopologyBatch, topology_shard

__all__ = [
    "ClosedError", "ConfigError", "Counts", "DeadLetter", "Dependency", "Error", "Explanation", "Exporter", "ForkedError",
    "Format", "HeavyKey", "KeyPart", "Kind", "LogBatch", "LogLevel", "MemoryTransport", "Message", "NoBrokerError",
    "NotAuthenticatedError", "NotAuthorizedError", "NotDeliveredError", "OAuthToken", "OptionInfo", "OptionKeywords",
    "OptionValues", "Options", "Outcome", "Owner", "QueueFullError", "RecordError", "ReentrantError", "RejectedError",
    "RequestError", "Signal", "Skew", "Status", "StorageError", "TimedOutError", "TopicMissingError", "TopologyBatch", "explain",
    "librdkafka_version", "option_table", "partition", "partition_profiles", "status_name", "topology_shard", "version",
]


def version() -> str:
    """The version of the C library that runs."""
    return str(_lib.sts_version().decode())


def librdkafka_version() -> str:
    """The version of librdkafka that runs."""
    return str(_lib.sts_librdkafka_version().decode())


__version__ = version()

# Where a program finds them is what it shall read in tracebacks and help().
for _name in __all__:
    if hasattr(globals()[_name], "__module__"):
        globals()[_name].__module__ = __name__

