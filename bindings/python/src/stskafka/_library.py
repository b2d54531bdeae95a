# SPDX-License-Identifier: Apache-2.0
"""Finds the C library, loads it and declares its functions.

The library is the one that the environment variable STSKAFKA_LIBRARY names (a path, or a name for the dynamic loader);
else the one that lies beside this file, as in a wheel; else the system's."""
import ctypes
import os
from pathlib import Path
from types import SimpleNamespace

from . import _declarations as c

_NAME = f"libstskafka.so.{c.ABI}"


def _path() -> str:
    named = os.environ.get("STSKAFKA_LIBRARY")
    if named:
        return named
    beside = Path(__file__).with_name(_NAME)
    return str(beside) if beside.exists() else _NAME


def _load() -> SimpleNamespace:
    path = _path()
    try:
        # What may wait, or call a callback from another thread, lets go of the interpreter's lock; what only looks into
        # an object of the caller's does not, which is faster and makes those calls safe between Python threads.
        waiting, looking = ctypes.CDLL(path), ctypes.PyDLL(path)
    except OSError as fault:
        raise ImportError(f"cannot load the library of stskafka, {path}: {fault}") from None
    exporter = ctypes.POINTER(c.Exporter)
    functions = SimpleNamespace()
    try:
        for name, (result, parameters) in c.FUNCTIONS.items():
            waits = exporter in parameters or ctypes.POINTER(exporter) in parameters
            function = getattr(waiting if waits else looking, name)
            function.restype, function.argtypes = result, parameters
            setattr(functions, name, function)
        abi = functions.sts_abi_version()
    except AttributeError as fault:
        raise ImportError(f"{path} is too old for this package: {fault}") from None
    if abi != c.ABI:
        raise ImportError(f"{path} has the binary interface {abi}; this package needs {c.ABI}")
    return functions


lib = _load()
