# SPDX-License-Identifier: Apache-2.0
"""The build backend: whether npm is needed, which fetches librdkafka's source."""
import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("scikit_build_core")


@pytest.fixture(scope="module")
def backend():
    spec = importlib.util.spec_from_file_location("backend", Path(__file__).resolve().parents[1] / "backend.py")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize("settings", [
    None, {}, {"cmake.define.STSKAFKA_RDKAFKA": "bundled"}, {"cmake.define.STSKAFKA_PYTHON_BUNDLED": "ON"},
    {"cmake.define.STSKAFKA_RDKAFKA": ["system", "bundled"]}, {"cmake.args": "-DOTHER=system"},
    {"cmake.define.STSKAFKA_RDKAFKA_SOURCE": ""}])
def test_librdkafka_is_fetched(backend, settings):
    assert backend._fetches(settings)


@pytest.mark.parametrize("settings", [
    {"cmake.define.STSKAFKA_RDKAFKA": "system"}, {"skbuild.cmake.define.STSKAFKA_RDKAFKA": "system"},
    {"cmake.define.STSKAFKA_RDKAFKA:STRING": "system"}, {"cmake.define.STSKAFKA_RDKAFKA": ["bundled", "system"]},
    {"cmake.args": "-DSTSKAFKA_RDKAFKA=system"}, {"cmake.args": ["-GNinja", "-DSTSKAFKA_RDKAFKA:STRING=system"]},
    {"skbuild.cmake.args": "-G;Ninja;-D;STSKAFKA_RDKAFKA=system"},
    {"cmake.define.STSKAFKA_RDKAFKA_SOURCE": "/somewhere=else"},
    *[{"cmake.define.STSKAFKA_PYTHON_BUNDLED": no} for no in ("OFF", "no", "False", "0", "n", "x-NOTFOUND")]])
def test_librdkafka_is_not_fetched(backend, settings):
    assert not backend._fetches(settings)


@pytest.mark.parametrize("name, value", [
    ("CMAKE_ARGS", "-GNinja '-DA=b c' -DSTSKAFKA_RDKAFKA=system"), ("CMAKE_ARGS", "-D STSKAFKA_RDKAFKA:STRING=system"),
    ("SKBUILD_CMAKE_ARGS", "-GNinja;-DSTSKAFKA_RDKAFKA=system"), ("SKBUILD_CMAKE_DEFINE", "A=b;STSKAFKA_RDKAFKA=system")])
def test_the_environment_is_looked_at(backend, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert not backend._fetches({}) and not backend._fetches({"cmake.args": "-DA=b"})
