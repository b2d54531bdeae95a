"""AWS_MSK_IAM_OAUTHBEARER against a real broker that takes what AWS's own signer for Python would have made: its validator sends each
token here, where it is signed anew with the user's secret and compared. By the system's librdkafka; with arguments, the program that
runs another by the newest (and its arguments)."""
import base64
import datetime
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import botocore.auth
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from botocore.credentials import CredentialProvider, Credentials

from topics import LIBRARIES, ROOT, create_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
TOPIC = "aws-msk-iam"
REGION = "eu-central-1"
WRONG_SECRET = "correct-horse/battery+staple"
# By access key: the secret, and the session token of those that are for a time.
USERS = {"AKIAFOREVER": ("open/sesame+for+ever", None), "ASIAFORATIME": ("open/sesame+for+a+time", "a/session+token==")}


class Provider(CredentialProvider):
    def __init__(self, *credentials):
        self.credentials = credentials

    def load(self):
        return Credentials(*self.credentials)


class Verifier(BaseHTTPRequestHandler):
    def do_POST(self):
        user = self.user_of(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.seen.append(user)
        self.server.asked.set()
        answer = f"{user}\n{int((time.time() + self.server.life) * 1000)}\n".encode() if user else b""
        self.send_response(200 if user else 401)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    @staticmethod
    def user_of(token):
        """The access key, where its secret has signed this, lately and for this region; else None."""
        address = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        query = parse_qs(urlsplit(address).query)
        key = query["X-Amz-Credential"][0].split("/")[0]
        now = datetime.datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ")
        age = time.time() - now.replace(tzinfo=datetime.timezone.utc).timestamp()
        if key not in USERS or not -5 <= age <= 900:
            return None
        with patch.object(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: now):
            again, _ = MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(REGION, Provider(key, *USERS[key]))
        again = base64.urlsafe_b64decode(again + "=" * (-len(again) % 4)).decode()
        return key if parse_qs(urlsplit(again).query)["X-Amz-Signature"] == query["X-Amz-Signature"] else None

    def log_message(self, *args):
        pass


class AwsMskIam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="stskafka-aws-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.verifier = ThreadingHTTPServer(("127.0.0.1", 0), Verifier)
        cls.verifier.seen, cls.verifier.life, cls.verifier.asked = [], 3600, threading.Event()
        cls.addClassCleanup(cls.verifier.server_close)
        cls.addClassCleanup(cls.verifier.shutdown)
        threading.Thread(target=cls.verifier.serve_forever, daemon=True).start()
        cls.start_cluster()

    @classmethod
    def start_cluster(cls):
        libs = cls.folder / "libs"
        libs.mkdir()
        for jar in Path(LIBRARIES).parent.glob("*.jar"):
            (libs / jar.name).symlink_to(jar)
        subprocess.run(["javac", "-cp", LIBRARIES, "-d", cls.folder / "classes", ROOT / "tests/kafka/java/AskingValidator.java"], check=True)
        subprocess.run(["jar", "cf", libs / "validator.jar", "-C", cls.folder / "classes", "."], check=True)
        work = cls.folder / "kafka"
        cluster = [sys.executable, ROOT / "tests/support/kafka/kafka-cluster", "--work", work, "--libs", libs]
        listener = "listener.name.sasl_plaintext"
        module = ('org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker" '
                  f'verifier="http://127.0.0.1:{cls.verifier.server_port}/";')
        cls.addClassCleanup(subprocess.run, [*cluster, "stop"], check=True, capture_output=True)
        started = subprocess.run(
            [*cluster, "start", "1", "--sasl", "--set", f"{listener}.sasl.enabled.mechanisms=OAUTHBEARER", "--set",
             f"{listener}.oauthbearer.sasl.jaas.config={module}", "--set",
             f"{listener}.oauthbearer.sasl.server.callback.handler.class=AskingValidator"], capture_output=True, text=True)
        if started.returncode:
            raise RuntimeError(started.stdout + started.stderr)
        os.environ["STSKAFKA_KAFKA_BOOTSTRAP"] = str(work / "bootstrap")
        cls.brokers = (work / "bootstrap.SASL_PLAINTEXT").read_text().strip()
        create_topic(TOPIC, 1)

    def setUp(self):
        self.verifier.seen.clear()
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.env |= {"HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true"}

    def command(self, *more):
        return [*RUNNER, TOOL, "send", "--json", "--verbose", "-o", f"brokers={self.brokers}", "-o", f"topic={TOPIC}", "-o",
                "auth.sasl.mechanism=AWS_MSK_IAM_OAUTHBEARER", "-o", f"auth.sasl.aws_msk.region={REGION}", *more]

    def send(self, *more, timeout="20s", **variables):
        result = subprocess.run(self.command(*more, "-o", f"read_timeout={timeout}", "-o", "kafka.debug=security", "--key", "k", "--value",
                                             "v"),
                                env=self.env | variables, capture_output=True, text=True, timeout=120)
        for secret in [WRONG_SECRET, "X-Amz-Signature"] + [part for user in USERS.values() for part in user if part]:
            self.assertNotIn(secret, result.stdout + result.stderr)
            self.assertNotIn(base64.b64encode(secret.encode()).decode().rstrip("=")[:-2], result.stdout + result.stderr)
        return result

    def check_sent(self, result, user):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["delivered"], 1)
        self.assertEqual(set(self.verifier.seen), {user})

    def test_keys_of_the_environment(self):
        self.check_sent(self.send(AWS_ACCESS_KEY_ID="AKIAFOREVER", AWS_SECRET_ACCESS_KEY=USERS["AKIAFOREVER"][0]), "AKIAFOREVER")

    def test_exactly_once(self):
        store = ["--storage", str(self.folder / "store"), "-o", "delivery=exactly_once"]
        self.check_sent(self.send(*store, AWS_ACCESS_KEY_ID="AKIAFOREVER", AWS_SECRET_ACCESS_KEY=USERS["AKIAFOREVER"][0]), "AKIAFOREVER")

    def test_a_session_in_a_shared_file(self):
        secret, session = USERS["ASIAFORATIME"]
        path = self.folder / "shared"
        path.write_text(f"[agents]\naws_access_key_id = ASIAFORATIME\naws_secret_access_key = {secret}\naws_session_token = {session}\n")
        self.check_sent(self.send(AWS_SHARED_CREDENTIALS_FILE=str(path), AWS_PROFILE="agents"), "ASIAFORATIME")

    def test_what_the_broker_refuses(self):
        result = self.send(timeout="6s", AWS_ACCESS_KEY_ID="AKIAFOREVER", AWS_SECRET_ACCESS_KEY=WRONG_SECRET)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("the broker refused the token signed with the AWS credentials", result.stderr)
        self.assertRegex(result.stderr, r"clock right, which says 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        self.assertEqual(set(self.verifier.seen), {None})

    def test_no_credentials(self):
        result = self.send(timeout="6s")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no AWS credentials for AWS_MSK_IAM_OAUTHBEARER", result.stderr)
        self.assertEqual(self.verifier.seen, [])

    def test_sessions_that_end_while_records_flow(self):
        """The broker ends each after a while, and the client logs in again."""
        self.verifier.life = 3
        self.addCleanup(setattr, self.verifier, "life", 3600)
        env = self.env | {"AWS_ACCESS_KEY_ID": "AKIAFOREVER", "AWS_SECRET_ACCESS_KEY": USERS["AKIAFOREVER"][0]}
        process = subprocess.Popen(self.command("--format", "key-value", "-"), env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        sent = 0
        while len(self.verifier.seen) < 5:
            self.assertLess(time.monotonic(), deadline, self.verifier.seen)
            self.verifier.asked.clear()
            process.stdin.write("k\tv\n")
            process.stdin.flush()
            sent += 1
            self.verifier.asked.wait(0.1)  # a session ends by what is sent in it when its time is over: more is sent until then
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(json.loads(out)["delivered"], sent)
        self.assertEqual(set(self.verifier.seen), {"AKIAFOREVER"})


unittest.main(verbosity=2)
