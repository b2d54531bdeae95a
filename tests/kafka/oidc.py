"""Tokens that librdkafka gets from an OIDC issuer, which is a small one on loopback: client credentials and JWT bearer (RFC 7523), each
taken and refused, by a real broker. The arguments are the program that runs another by the newest librdkafka (and its arguments): the
system's has no libcurl, and unit.security_options holds what is said of that."""
import base64
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
from urllib.parse import parse_qs

from topics import create_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
RUNNER = sys.argv[1:]
sys.argv[1:] = []
TOPIC = f"oidc-{os.getpid()}"
SECRET = "open-sesame-of-the-client"
WRONG_SECRET = "correct-horse-battery-staple"
BEARER = "jwt-bearer"


def encode(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def token(subject, life=3600):
    """As the broker takes it: unsecured (RFC 7515, appendix A.5). The claims always have one size, and not one of those which librdkafka
    up to 2.16.0 reads past the end of (its pull request 5543): a sanitizer ends the tool there."""
    now = int(time.time())
    return f"{encode({'alg': 'none'})}.{encode({'sub': subject, 'aud': 'kafka', 'iat': now - 1, 'exp': now + life})}."


class Issuer(BaseHTTPRequestHandler):
    """Gives tokens to the client "agent", by its secret or by an assertion that its key has signed. For how long, and what was asked,
    is the server's."""

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        with self.server.news:
            self.server.asked.append(form)
            self.server.news.notify_all()
        grant, = form["grant_type"]
        good = self.has_secret() if grant == "client_credentials" else self.has_assertion(form)
        answer = json.dumps({"access_token": token("alice", self.server.life), "token_type": "Bearer", "expires_in": self.server.life}
                            if good else {"error": "invalid_client"}).encode()
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def has_secret(self):
        return self.headers["Authorization"] == "Basic " + base64.b64encode(f"agent:{SECRET}".encode()).decode()

    def has_assertion(self, form):
        signed, _, signature = form["assertion"][0].rpartition(".")
        header, claims = (json.loads(decode(part)) for part in signed.split("."))
        self.server.claims = claims
        folder = self.server.folder
        (folder / "signed").write_text(signed)
        (folder / "signature").write_bytes(decode(signature))
        verified = subprocess.run(["openssl", "dgst", "-sha256", "-verify", folder / "public.pem", "-signature", folder / "signature",
                                   folder / "signed"], capture_output=True)
        return header["alg"] == "RS256" and verified.returncode == 0

    def log_message(self, *args):
        pass


class Oidc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        for name in "client", "other":
            subprocess.run(["openssl", "genrsa", "-out", cls.folder / f"{name}.pem", "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", cls.folder / "client.pem", "-pubout", "-out", cls.folder / "public.pem"], check=True,
                       capture_output=True)
        cls.issuer = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
        cls.issuer.folder, cls.issuer.asked, cls.issuer.life = cls.folder, [], 3600
        cls.issuer.news = threading.Condition()
        threading.Thread(target=cls.issuer.serve_forever, daemon=True).start()
        cls.url = f"http://127.0.0.1:{cls.issuer.server_port}/token"
        create_topic(TOPIC, 1)

    @classmethod
    def tearDownClass(cls):
        cls.issuer.shutdown()
        cls.issuer.server_close()

    def options(self, timeout="20s", **more):
        brokers = Path(os.environ["STSKAFKA_KAFKA_BOOTSTRAP"] + ".SASL_PLAINTEXT").read_text().strip()
        own = {"brokers": brokers, "topic": TOPIC, "auth.sasl.mechanism": "OAUTHBEARER", "read_timeout": timeout,
               "auth.sasl.oauthbearer.token_url": self.url, "auth.sasl.oauthbearer.client_id": "agent"}
        own |= {f"auth.sasl.oauthbearer.{name}": value for name, value in more.items()}
        return [word for name, value in own.items() for word in ("-o", f"{name}={value}")]

    def send(self, timeout="20s", **more):
        result = subprocess.run([*RUNNER, TOOL, "send", "--json", "--verbose", "--key", "k", "--value", "v", *self.options(timeout, **more)],
                                capture_output=True, text=True, timeout=120)
        for secret in SECRET, WRONG_SECRET, "PRIVATE KEY":
            self.assertNotIn(secret, result.stdout + result.stderr)
        return result

    def tell_end(self, process):
        process.wait()
        with self.issuer.news:
            self.issuer.news.notify_all()

    def test_client_credentials(self):
        self.issuer.asked.clear()
        result = self.send(client_secret=SECRET, scopes="kafka, records")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["delivered"], 1)
        self.assertEqual(self.issuer.asked[0]["scope"], ["kafka records"])

    def test_client_credentials_that_are_refused(self):
        result = self.send("6s", client_secret=WRONG_SECRET)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("there is no token", result.stderr)
        self.assertIn("401", result.stderr)

    def test_jwt_bearer(self):
        result = self.send(grant_type=BEARER, client_certificate_key_file=self.folder / "client.pem")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({name: self.issuer.claims[name] for name in ("iss", "sub", "aud")},
                         {"iss": "agent", "sub": "agent", "aud": self.url})
        result = self.send(grant_type=BEARER, client_certificate_key=(self.folder / "client.pem").read_text(), iss="me", audience="them")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({name: self.issuer.claims[name] for name in ("iss", "sub", "aud")}, {"iss": "me", "sub": "agent", "aud": "them"})

    def test_jwt_bearer_that_is_refused(self):
        result = self.send("6s", grant_type=BEARER, client_certificate_key_file=self.folder / "other.pem")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("there is no token", result.stderr)

    def test_an_issuer_that_is_not_there(self):
        result = self.send("6s", client_secret=SECRET, token_url="http://127.0.0.1:1/token")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("there is no token", result.stderr)

    def test_tokens_are_renewed(self):
        """Three records, with a token's life and more between them."""
        self.issuer.life = 4
        self.addCleanup(setattr, self.issuer, "life", 3600)
        self.issuer.asked.clear()
        process = subprocess.Popen([*RUNNER, TOOL, "send", "--json", "--format", "key-value", *self.options(client_secret=SECRET), "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        threading.Thread(target=self.tell_end, args=(process,), daemon=True).start()
        for asked in 1, 2, 3:
            with self.issuer.news:
                in_time = self.issuer.news.wait_for(lambda: len(self.issuer.asked) >= asked or process.returncode is not None, 60)
            self.assertIsNone(process.returncode, "the tool has ended")
            self.assertTrue(in_time, self.issuer.asked)
            process.stdin.write("k\tv\n")
            process.stdin.flush()
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out)["delivered"], 3)


unittest.main(verbosity=2)
