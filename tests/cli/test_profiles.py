# SPDX-License-Identifier: Apache-2.0
"""Requests of profiles: each is explained, and sent, as one message of the bytes that came. (unit.profiles has what options mean for
them, kafka.profiles a broker.)"""
import unittest

from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import ExportProfilesServiceRequest
from google.protobuf.json_format import MessageToJson

from tool import Case, frames

PROFILES = ["--json", "--values", "--signal", "profiles"]
AS_JSON = ["--format", "otlp-json", "-o", "profiles.encoding=otlp_json"]


def profiles(*names):
    """A request with a profile a name."""
    request = ExportProfilesServiceRequest()
    request.dictionary.string_table.extend(["", *names])
    for number, _ in enumerate(names):
        profile = request.resource_profiles.add().scope_profiles.add().profiles.add(profile_id=bytes([number] * 16))
        profile.sample_type.type_strindex = number + 1
    return request


class Explain(Case):
    def explain(self, *args, data, code=0):
        return self.run_tool("explain", *PROFILES, *args, data=data, code=code)

    def test_a_request_is_a_message(self):
        requests = [profiles("a", "b", "c").SerializeToString(), b"", profiles("d").SerializeToString()]
        lines = self.explain("--framing", "length-prefixed", "-o", "profiles.topic=p", data=frames(*requests)).json
        self.assertEqual([(line["request"], line["index"], line["topic"], line["key"], line["key_from"], line["tombstone"], bytes.fromhex(line["value"]))
                          for line in lines],
                         [(number, 0, "p", None, "none", False, request) for number, request in enumerate(requests)])
        self.assertEqual([line["records"] for line in lines], [[[number, 0]] for number in range(3)])

    def test_in_json_too(self):
        text = MessageToJson(profiles("é", "b"), indent=3).encode() + b"\n"
        line, = self.explain(*AS_JSON, data=text).json
        self.assertEqual(bytes.fromhex(line["value"]), text)
        lines = self.explain(*AS_JSON, "--framing", "lines", data=b'{}\n{"a":1}\n').json
        self.assertEqual([bytes.fromhex(line["value"]) for line in lines], [b"{}", b'{"a":1}'])

    def test_keys(self):
        data = profiles("a").SerializeToString()
        line, = self.explain("--partitions", "12", "--metadata", "tenant=one", "-o", "key=metadata(\"tenant\")", data=data).json
        self.assertEqual((line["key_text"], line["key_from"], line["partition"]), ("one", 'metadata("tenant")', 11))
        line, = self.explain("-o", "profiles.key=metadata(\"tenant\")", data=data, code=1).json
        self.assertEqual(line["rejected"]["code"], "STS_ERR_KEY_MISSING")
        self.assertEqual(bytes.fromhex(line["value"]), data)

    def test_options_that_have_no_meaning_are_told_before_anything_is_read(self):
        for option, says in (("profiles.key=trace_id", "profiles.key: trace_id reads a record"),
                             ("key=resource_hash", "profiles cannot be exported with the option key: resource_hash reads a record"),
                             ("encoding=raw", "profiles cannot be exported with the option encoding"),
                             ("profiles.encoding=otlp_json", "profiles in protobuf cannot be exported with the encoding otlp_json")):
            result = self.explain("-o", option, data=b"\xff", code=2)
            self.assertIn(says, result.err)
            self.assertEqual(result.out, b"")
            result = self.run_tool("send", "--embedded", "--signal", "profiles", "-o", option, data=profiles("a").SerializeToString(), code=2)
            self.assertIn(says, result.err)
        result = self.explain("--format", "otlp-json", data=b"{}", code=2)
        self.assertIn("profiles in JSON cannot be exported with the encoding otlp_proto", result.err)

    def test_what_is_no_request(self):
        error = self.explain(data=b"\x0a\x09abc", code=3).json[0]["error"]
        self.assertEqual((error["code"], error["offset"]), ("STS_ERR_MALFORMED", 2))
        error = self.explain(*AS_JSON, data=b'{"a":\n tru}', code=3).json[0]["error"]
        self.assertEqual(error["code"], "STS_ERR_JSON")
        self.assertIn("line 2, column", error["text"])


if __name__ == "__main__":
    unittest.main()
