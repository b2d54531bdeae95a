"""Kerberos by the collector's option names: a KDC of MIT's on loopback, a real broker whose listener takes GSSAPI alone, tickets from a
keytab by kinit, from the host, and from Kerberos' own client keytab; each refused too, and the ticket got again while records flow.
What kinit is called, and whether at all, is seen by a program in its place that writes it down and goes on to it."""
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from bootstrap import free_port
from topics import ROOT, create_topic

TOOL = Path(os.environ["STSKAFKA_BUILD"]) / "bin/stskafka"
CLUSTER = [sys.executable, ROOT / "tests/support/kafka/kafka-cluster", "--work"]
REALM = "STSKAFKA.TEST"
TOPIC = "kerberos"
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


class Kdc:
    """Its files, and the variables with which Kerberos' programs and libraries use it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.env = {**os.environ, "PATH": PATH, "KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
                    "KRB5CCNAME": f"FILE:{folder}/nobodys-cache"}
        (folder / "krb5.conf").write_text(f"""[libdefaults]
 default_realm = {REALM}
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 {REALM} = {{
  kdc = 127.0.0.1:{self.port}
 }}
""")
        (folder / "kdc.conf").write_text(f"""[kdcdefaults]
 kdc_listen = 127.0.0.1:{self.port}
 kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
 {REALM} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
[logging]
 kdc = FILE:{folder}/kdc.log
""")
        self.run("kdb5_util", "create", "-s", "-P", "of-the-database", "-r", REALM)
        for name, keytab in ("kafka/127.0.0.1", "broker"), ("alice", "alice"), ("bob", "bob"):
            self.run("kadmin.local", "-q", f"addprinc -randkey {name}")
            self.run("kadmin.local", "-q", f"ktadd -k {folder}/{keytab}.keytab {name}")
        self.run("kadmin.local", "-q", "delprinc -force bob")  # whose keytab is out of date
        self.process = subprocess.Popen(["krb5kdc", "-n", "-r", REALM], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, *command, **env):
        result = subprocess.run(command, env={**self.env, **env}, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"{command}: {result.stdout}{result.stderr}")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Kerberos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="stskafka-kerberos-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.kdc = Kdc(cls.folder)
        cls.addClassCleanup(cls.kdc.stop)
        cls.start_cluster()
        cls.make_kinit()

    @classmethod
    def start_cluster(cls):
        work = cls.folder / "kafka"
        module = (f'com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true '
                  f'keyTab="{cls.folder}/broker.keytab" principal="kafka/127.0.0.1@{REALM}";')
        env = {**os.environ, "JAVA_TOOL_OPTIONS": f"-Djava.security.krb5.conf={cls.folder}/krb5.conf"}
        cls.addClassCleanup(subprocess.run, [*CLUSTER, work, "stop"], check=True, capture_output=True)
        started = subprocess.run(
            [*CLUSTER, work, "start", "1", "--sasl", "--set", "listener.name.sasl_plaintext.sasl.enabled.mechanisms=GSSAPI", "--set",
             "sasl.kerberos.service.name=kafka", "--set", f"listener.name.sasl_plaintext.gssapi.sasl.jaas.config={module}"],
            env=env, capture_output=True, text=True)
        if started.returncode:
            raise RuntimeError(started.stdout + started.stderr)
        os.environ["STSKAFKA_KAFKA_BOOTSTRAP"] = str(work / "bootstrap")
        cls.brokers = (work / "bootstrap.SASL_PLAINTEXT").read_text().strip()
        create_topic(TOPIC, 1)

    @classmethod
    def make_kinit(cls):
        cls.calls = cls.folder / "calls"
        bin = cls.folder / "bin"
        bin.mkdir()
        cls.called = cls.folder / "called"
        os.mkfifo(cls.called)
        cls.news = os.open(cls.called, os.O_RDWR | os.O_NONBLOCK)  # so that nobody waits who writes
        cls.addClassCleanup(os.close, cls.news)
        (bin / "kinit").write_text(f'#!/bin/sh\necho "$*" >>{cls.calls}\necho >{cls.called}\nexec {shutil.which("kinit", path=PATH)} "$@"\n')
        (bin / "kinit").chmod(0o755)
        cls.path = f"{bin}:{PATH}"

    def setUp(self):
        self.calls.write_text("")
        self.cache = self.folder / f"cache-{self.id()}"
        self.env = {**self.kdc.env, "PATH": self.path, "KRB5CCNAME": f"FILE:{self.cache}"}

    def options(self, **own):
        options = {"brokers": self.brokers, "topic": TOPIC, **{f"auth.kerberos.{name}": value for name, value in own.items()}}
        return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]

    def send(self, timeout="20s", **own):
        return subprocess.run([TOOL, "send", "--json", "--key", "k", "--value", "v", "-o", f"read_timeout={timeout}", *self.options(**own)],
                              env=self.env, capture_output=True, text=True, timeout=120)

    def check_sent(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["delivered"], 1)

    def check_refused(self, result, *parts):
        self.assertNotEqual(result.returncode, 0)
        for part in parts:
            self.assertIn(part, result.stderr)

    def keytab(self, name):
        return {"use_keytab": "true", "username": name, "keytab_file": self.folder / f"{name}.keytab"}

    def test_a_keytab(self):
        self.check_sent(self.send(service_name="kafka", realm=REALM, **self.keytab("alice")))
        self.assertIn(f"-k alice@{REALM}", self.calls.read_text())

    def test_a_keytab_whose_principal_is_gone(self):
        self.check_refused(self.send("6s", **self.keytab("bob")), "there is no Kerberos ticket", "auth.kerberos.keytab_file")

    def test_another_service(self):
        self.check_refused(self.send("6s", service_name="postgres", **self.keytab("alice")), "Kerberos does not know the broker", "auth.kerberos.service_name")

    def test_the_hosts_own_ticket(self):
        self.check_refused(self.send("6s", service_name="kafka"), "there is no Kerberos ticket", "auth.kerberos.use_keytab")
        self.kdc.run("kinit", "-k", "-t", self.folder / "alice.keytab", "alice", KRB5CCNAME=self.env["KRB5CCNAME"])
        self.check_sent(self.send(service_name="kafka"))
        self.assertEqual(self.calls.read_text(), "", "no command is run")

    def test_kerberos_own_client_keytab(self):
        """Which MIT's library takes a ticket from by itself, and a new one before that runs out: no command is run."""
        self.env["KRB5_CLIENT_KTNAME"] = f"FILE:{self.folder}/alice.keytab"
        self.check_sent(self.send(service_name="kafka"))
        self.assertEqual(self.calls.read_text(), "")

    def test_the_ticket_is_got_again_while_records_flow(self):
        process = subprocess.Popen([TOOL, "send", "--json", "--format", "key-value", "-o", "kafka.sasl.kerberos.min.time.before.relogin=500",
                                    *self.options(**self.keytab("alice")), "-"],
                                   env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        for calls in 1, 2, 4:
            while len(self.calls.read_text().splitlines()) < calls:
                told, _, _ = select.select([self.news], [], [], max(0, deadline - time.monotonic()))
                self.assertTrue(told, self.calls.read_text())
                os.read(self.news, 1)
            process.stdin.write("k\tv\n")
            process.stdin.flush()
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out)["delivered"], 3)

    def test_what_a_shell_would_run(self):
        mark = self.folder / "run-by-a-shell"
        for option in "username", "realm", "service_name", "keytab_file":
            own = {**self.keytab("alice"), option: f"x;touch {mark}"}
            self.check_refused(self.send("6s", **own), f"auth.kerberos.{option}: it becomes part of a shell command")
        self.check_refused(self.send("6s", **self.keytab("-x")), "must not begin with -")
        self.assertFalse(mark.exists())


unittest.main(verbosity=2)
