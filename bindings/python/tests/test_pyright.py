# SPDX-License-Identifier: Apache-2.0
"""What editors see of the package: pyright knows the types of all that is public, and finds no fault in them."""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ["STSKAFKA_ROOT"])
# Of what OpenTelemetry's SDK declares. --verifytypes (1.1.414) does not find those declarations, from a package's own file; the same pyright
# does in a program, as the second test shows.
OF_THE_SDK = {f"stskafka.otel.{name}{method}" for name in ("KafkaLogExporter", "KafkaSpanExporter", "KafkaMetricExporter")
              for method in ("", ".export")}
PYRIGHT = ROOT / "build/pyright/node_modules/pyright/index.js"


def pyright(*arguments, folder):
    """Its report, as JSON; it needs no network."""
    assert PYRIGHT.exists(), "no pyright: ./dev setup test installs it"
    done = subprocess.run(["node", PYRIGHT, "--outputjson", "--pythonpath", sys.executable, *arguments], cwd=folder, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_all_public_types_are_known(tmp_path):
    report = pyright("--verifytypes", "stskafka", "--ignoreexternal", folder=tmp_path)["typeCompleteness"]
    unknown = {symbol["name"]: [each["message"] for each in symbol["diagnostics"]] for symbol in report["symbols"]
               if symbol["isExported"] and not (symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"])}
    assert set(unknown) <= OF_THE_SDK, unknown
    assert {module["name"] for module in report["modules"]} >= {"stskafka", "stskafka.aio", "stskafka.handler", "stskafka.otel"}
    assert report["exportedSymbolCounts"]["withKnownType"] >= 88


def test_what_editors_say_of_a_program(tmp_path):
    (tmp_path / "use.py").write_text("""\
import stskafka
from opentelemetry.sdk._logs.export import LogRecordExporter
from stskafka.aio import AsyncExporter
from stskafka.otel import KafkaLogExporter

def told(outcome: stskafka.Outcome) -> None:
    reveal_type(outcome.kind)

exporter = stskafka.Exporter({"sending_queue.queue_size": 5000}, required_acks="all", linger="5ms", on_outcome=told)
exporter.send(key="k", value=b"v", headers={"a": "b"}, on_outcome=told)
exporter.send(key=1)
stskafka.Exporter(required_acks="most")
stskafka.Exporter(required_ack="all")

async def main() -> None:
    async with AsyncExporter(topic="t") as other:
        reveal_type(await other.send(key="k"))

logs: LogRecordExporter = KafkaLogExporter({"topic": "t"})
reveal_type(logs.export)
""")
    found = pyright("use.py", folder=tmp_path)["generalDiagnostics"]
    errors = [each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"]
    told = [each["message"] for each in found if each["severity"] == "information"]
    assert errors == [11, 12, 13], found
    assert told[:2] == ['Type of "outcome.kind" is "Kind"', 'Type of "await other.send(key="k")" is "Outcome"']
    assert "Sequence[ReadableLogRecord]" in told[2] and "LogRecordExportResult" in told[2]
