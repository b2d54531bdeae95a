"""The token for Amazon MSK is what AWS's own signer for Python makes at the same time of the same credentials: the same address with the
same parameters, the signature among them, but for the name of who asks (User-Agent), which is not signed. The parameters are in the
order in which they are signed, as AWS's signer for Go has them; that for Python has a session's token last."""
import base64
import datetime
import os
import random
import subprocess
import sys
import unittest
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from botocore.credentials import CredentialProvider, Credentials

SIGN = sys.argv[1]
sys.argv[1:] = []
DATES = [1700000000, 1709164800, 1735689599, 951782400, 1796083200]  # a leap day and a year's end among them
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+="


class Provider(CredentialProvider):
    def __init__(self, *credentials):
        self.credentials = credentials

    def load(self):
        return Credentials(*self.credentials)


def theirs(region, seconds, *credentials):
    now = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    with patch.object(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: now.replace(tzinfo=None)):
        token, _ = MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(region, Provider(*credentials))
    return token


def ours(region, seconds, key, secret, session):
    env = {**os.environ, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": session or ""}
    return subprocess.run([SIGN, region, str(seconds)], env=env, check=True, capture_output=True, text=True).stdout.strip()


def signed(url):
    """The address and its parameters, without what is not signed."""
    head, _, query = url.partition("?")
    return head, sorted(part for part in query.split("&") if not part.startswith("User-Agent="))


def address(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


class AwsMskIam(unittest.TestCase):
    def test_the_same_as_the_independent_signer(self):
        random.seed(1)
        for number in range(40):
            key = "AKIA" + "".join(random.choices(ALPHABET[:36], k=16))
            secret = "".join(random.choices(ALPHABET, k=40))
            session = None if number % 3 == 0 else "".join(random.choices(ALPHABET, k=random.randint(1, 1200)))
            region = random.choice(["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "ap-southeast-4"])
            seconds = random.choice(DATES) + random.randint(0, 86400)
            with self.subTest(number):
                token = ours(region, seconds, key, secret, session)
                mine, other = address(token), address(theirs(region, seconds, key, secret, session))
                self.assertEqual(signed(mine), signed(other))
                self.assertNotIn("=", token)
                self.assertIn("User-Agent=stskafka%2F", mine)
                self.assertNotIn(secret, mine)

    def test_what_is_signed(self):
        parts = urlsplit(address(ours("us-east-1", 1700000000, "AKIAEXAMPLE", "secret", "a/b+c=")))
        self.assertEqual((parts.scheme, parts.netloc, parts.path), ("https", "kafka.us-east-1.amazonaws.com", "/"))
        query = dict(parse_qsl(parts.query))
        self.assertEqual({name: query[name] for name in ("Action", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token")},
                         {"Action": "kafka-cluster:Connect", "X-Amz-Date": "20231114T221320Z", "X-Amz-Expires": "900",
                          "X-Amz-Credential": "AKIAEXAMPLE/20231114/us-east-1/kafka-cluster/aws4_request", "X-Amz-Security-Token": "a/b+c="})


unittest.main(verbosity=2)
