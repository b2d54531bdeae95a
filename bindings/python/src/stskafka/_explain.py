# SPDX-License-Identifier: Apache-2.0
"""Explanations, collected record by record."""
import itertools
from typing import Any, Callable, Dict, List, Optional

from . import _callbacks
from . import _declarations as c
from ._error import ErrorOut
from ._export_context import ExportContext, Metadata
from ._library import lib
from ._records import Explanation, explanation_of
from ._values import whole


def explained(metadata: Optional[Metadata], first_record: int, partitions: int,
              explain_in_c: Callable[..., int]) -> List[Explanation]:
    """Calls `explain_in_c` with the last four parameters of sts_explain_logs."""
    partitions, first_record = whole(partitions, 0, 2**31, "partitions"), whole(first_record, 0, 2**64, "first_record")
    found: Dict[int, Explanation] = {}  # by the index of the first record
    interrupted = gathered = False

    def explanation(pointer: Any, user: Any) -> None:
        nonlocal interrupted, gathered
        index = lib.sts_explanation_index(pointer)
        if interrupted or index in found:
            return
        try:
            gathered = gathered or lib.sts_explanation_record_count(pointer) > 1
            found[index] = explanation_of(pointer, partitions)
        except BaseException as fault:
            interrupted = True
            _callbacks.keep(fault)

    # A signal may raise before the `try` is reached, where only sys.unraisablehook gets it. So that no record is left out then,
    # C is asked again for those that are missing, until none come: from the first that is, or, where records share messages and it
    # cannot be told which those are, from the beginning.
    callback, context = c.ExplanationCallback(explanation), ExportContext(metadata, 0, first_record)
    for again in itertools.count():
        count, error = len(found), ErrorOut()
        if again and not gathered:
            context.begin_at(next(index for index in itertools.count(first_record) if index not in found))
        error.check(explain_in_c(context.pointer, callback, None, error.out))
        if again and len(found) == count:
            break
    return [found[index] for index in sorted(found)]
