# SPDX-License-Identifier: Apache-2.0
"""Explanations, collected record by record."""
import itertools
from typing import Any, Callable, List, Optional

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
    found: List[Explanation] = []
    interrupted = False

    def explanation(pointer: Any, user: Any) -> None:
        nonlocal interrupted
        if interrupted or lib.sts_explanation_index(pointer) != first_record + len(found):
            return
        try:
            found.append(explanation_of(pointer, partitions))
        except BaseException as fault:
            interrupted = True
            _callbacks.keep(fault)

    # A signal may raise before the `try` is reached, where only sys.unraisablehook gets it. So that no record is left out then,
    # C is asked again for those behind the last one, until none come.
    callback, context = c.ExplanationCallback(explanation), ExportContext(metadata, 0, first_record)
    for again in itertools.count():
        count, error = len(found), ErrorOut()
        if again:
            context.begin_at(min(first_record + count, 2**64 - 1))
        error.check(explain_in_c(context.pointer, callback, None, error.out))
        if again and len(found) == count:
            break
    return found
