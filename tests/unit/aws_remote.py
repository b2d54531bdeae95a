"""AWS's credentials by HTTP, from small servers on loopback in place of STS, a container's agent and an instance's metadata: what is asked,
what is taken, when it is asked again, what is said of what is no good, and that none of it is in the library that is built without."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

ANSWER, LIBRARY = sys.argv[1:]
sys.argv[1:] = []
SECRET = "correct-horse/battery+staple"
WEB_TOKEN = "eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl"
ROLE = "arn:aws:iam::123456789012:role/agents"


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Aws(BaseHTTPRequestHandler):
    """Its server has: `answers`, by path, a status and a body (or what makes one); `asked`; `clock_off`, seconds."""

    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        self.server.may_answer.wait(60)
        status, answer = self.server.answers.get(self.path, (404, ""))
        answer = (answer() if callable(answer) else answer).encode()
        self.send_response_only(status)
        self.send_header("Date", formatdate(time.time() + self.server.clock_off, usegmt=True))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do

    def log_message(self, *args):
        pass


class Remote(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
        self.server.answers, self.server.asked, self.server.clock_off = {}, [], 0
        self.server.may_answer = threading.Event()
        self.server.may_answer.set()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.env |= {"HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true", "http_proxy": "http://127.0.0.1:1"}

    def start(self, **variables):
        process = subprocess.Popen([ANSWER], env=self.env | variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def end():
            process.stdin.close()
            process.stdout.close()
            self.assertEqual(process.wait(30), 0)
        self.addCleanup(end)
        return process

    def ask(self, process, line="ask"):
        """Whose token, until when (seconds from now), why none, how often it was waited for, how far the clock is off."""
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        who, expires, why, waits, off = process.stdout.readline().rstrip("\n").split("\t")
        self.assertNotIn(SECRET, why)
        self.assertNotIn(WEB_TOKEN, why)
        return who, int(expires) / 1000 - time.time() if who else 0, why, int(waits), int(off)

    def credentials(self, name, seconds=3600, token="Token"):
        return lambda: json.dumps({"Code": "Success", "AccessKeyId": name, "SecretAccessKey": SECRET, token: "session",
                                   "Expiration": iso(time.time() + seconds)})

    def serve_instance(self, name="ASIAINSTANCE", seconds=3600):
        self.server.answers |= {"/latest/api/token": (200, "of-the-second-version"),
                                "/latest/meta-data/iam/security-credentials/": (200, "agents\n"),
                                "/latest/meta-data/iam/security-credentials/agents": (200, self.credentials(name, seconds))}
        return {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url + "/"}

    def serve_sts(self, status=200, body=None):
        (self.folder / "web-token").write_text(WEB_TOKEN + "\n")
        found = {"AccessKeyId": "ASIAWEB", "SecretAccessKey": SECRET, "SessionToken": "s", "Expiration": time.time() + 3600}
        body = body or json.dumps({"AssumeRoleWithWebIdentityResponse": {"AssumeRoleWithWebIdentityResult": {"Credentials": found}}})
        self.server.answers["/"] = (status, body)
        return {"AWS_ENDPOINT_URL_STS": self.url + "/", "AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": str(self.folder / "web-token"),
                "no_proxy": "127.0.0.1"}

    def test_an_instance(self):
        process = self.start(**self.serve_instance())
        who, seconds, why, waits, off = self.ask(process)
        self.assertEqual((who, why, waits, off), ("ASIAINSTANCE", "", 0, 0))
        self.assertTrue(890 < seconds <= 900, seconds)
        (put, _, ttl, _), (_, _, role, _), (_, _, keys, _) = self.server.asked
        self.assertEqual(put, "PUT")
        self.assertIn("X-aws-ec2-metadata-token-ttl-seconds", {name for name in ttl})
        self.assertEqual({role["X-aws-ec2-metadata-token"], keys["X-aws-ec2-metadata-token"]}, {"of-the-second-version"})
        self.ask(process)
        self.assertEqual(len(self.server.asked), 3, "they are kept")

    def test_they_are_asked_for_again_before_they_expire(self):
        """By a thread: the token is signed with those that are still good, and nobody waits."""
        process = self.start(**self.serve_instance(seconds=500))
        self.assertEqual(self.ask(process)[0], "ASIAINSTANCE")
        self.serve_instance("ASIANEXT")
        self.server.may_answer.clear()
        who, seconds, _, waits, _ = self.ask(process, "now")
        self.assertEqual((who, waits), ("ASIAINSTANCE", 0))
        self.assertTrue(480 < seconds <= 500, "a token is good no longer than they are")
        self.server.may_answer.set()
        self.assertEqual(self.ask(process, "news")[0], "ASIANEXT")

    def test_those_that_fail_later(self):
        process = self.start(**self.serve_instance(seconds=2))
        self.assertEqual(self.ask(process)[0], "ASIAINSTANCE")
        del self.server.answers["/latest/meta-data/iam/security-credentials/agents"]
        deadline = time.monotonic() + 30
        why = ""
        while not why:  # others are asked for and refused, until these have expired
            self.assertLess(time.monotonic(), deadline)
            self.ask(process, "now")
            why = self.ask(process, "news")[2]
        self.assertIn("the instance's metadata: it refused (HTTP status 404)", why)
        self.serve_instance("ASIABACK")
        who, _, why, waits, _ = self.ask(process)
        self.assertEqual((who, why, waits), ("ASIABACK", "", 1))

    def test_the_end_waits_for_no_answer(self):
        process = self.start(**self.serve_instance(seconds=500))
        self.ask(process)
        self.server.may_answer.clear()
        self.ask(process, "now")
        process.stdin.close()
        self.assertEqual(process.wait(30), 0)
        self.server.may_answer.set()

    def test_an_instance_without_a_role(self):
        variables = self.serve_instance()
        self.server.answers["/latest/meta-data/iam/security-credentials/"] = (404, "")
        self.assertIn("the instance has no role", self.ask(self.start(**variables))[2])

    def test_a_web_identity(self):
        variables = self.serve_sts()
        self.assertEqual(self.ask(self.start(**variables))[0], "ASIAWEB")
        (method, _, headers, body), = self.server.asked
        self.assertEqual((method, headers["Accept"]), ("POST", "application/json"))
        self.assertEqual({name: value for name, (value,) in parse_qs(body).items()},
                         {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "stskafka",
                          "WebIdentityToken": WEB_TOKEN})

    def test_a_web_identity_of_a_profile(self):
        variables = self.serve_sts()
        config = self.folder / "config"
        config.write_text(f"[profile p]\nrole_arn = {ROLE}\nweb_identity_token_file = {self.folder}/web-token\nrole_session_name = mine\n")
        for name in "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE":
            del variables[name]
        self.assertEqual(self.ask(self.start(**variables, AWS_CONFIG_FILE=str(config), AWS_PROFILE="p"))[0], "ASIAWEB")
        self.assertEqual(parse_qs(self.server.asked[0][3])["RoleSessionName"], ["mine"])

    def test_a_web_identity_that_is_refused(self):
        variables = self.serve_sts(400, json.dumps({"Error": {"Code": "ExpiredTokenException", "Message": f"{WEB_TOKEN} is old"}}))
        self.assertIn("AWS's STS: it refused (HTTP status 400, ExpiredTokenException)", self.ask(self.start(**variables))[2])
        (self.folder / "web-token").unlink()
        self.assertIn("the web identity's token: \"", self.ask(self.start(**variables))[2])

    def test_a_container(self):
        self.server.answers["/of-the-pod"] = (200, self.credentials("ASIAPOD"))
        (self.folder / "authorization").write_text("of-the-agent\n")
        variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url + "/of-the-pod",
                     "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(self.folder / "authorization")}
        self.assertEqual(self.ask(self.start(**variables))[0], "ASIAPOD")
        self.assertEqual(self.server.asked[0][2]["Authorization"], "of-the-agent")
        for elsewhere in ("http://127.0.0.1.other.example/of-the-pod", "http://127.0.0.1:name@other.example/of-the-pod",
                          "http://localhost:80x/of-the-pod"):
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = elsewhere
            self.assertIn("must begin with https://, or be on this machine", self.ask(self.start(**variables))[2], elsewhere)

    def test_answers_that_are_no_good(self):
        for body, says in {f"<html>{SECRET}": "is not JSON", "[]": "has no AccessKeyId", "{}": "has no AccessKeyId",
                           json.dumps({"AccessKeyId": "A", "SecretAccessKey": SECRET}): "or Expiration",
                           json.dumps({"AccessKeyId": "A", "SecretAccessKey": SECRET, "Expiration": "soon"}): "or Expiration",
                           json.dumps({"AccessKeyId": "A", "SecretAccessKey": SECRET, "Expiration": iso(time.time() - 60)}): "",
                           "x" * (2 << 20): "the container's credentials: "}.items():
            with self.subTest(body[:40]):
                self.server.answers["/x"] = (200, body)
                who, _, why, _, _ = self.ask(self.start(AWS_CONTAINER_CREDENTIALS_FULL_URI=self.url + "/x"))
                self.assertEqual(who, "")
                self.assertIn(says, why)

    def test_a_wrong_clock_is_seen(self):
        for off in 0, 1000, -1000:
            self.server.clock_off = off
            seen = self.ask(self.start(**self.serve_instance()))[4]
            self.assertLessEqual(abs(seen + off), 5)

    def test_nothing_anywhere(self):
        self.assertIn("and none of a web identity, a container or an instance", self.ask(self.start())[2])

    def test_the_library_without_it(self):
        needed = subprocess.run(["readelf", "-d", LIBRARY], check=True, capture_output=True, text=True).stdout
        self.assertNotIn("libcurl", needed)


unittest.main(verbosity=2)
