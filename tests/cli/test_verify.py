# SPDX-License-Identifier: Apache-2.0
"""The verb verify, as far as it needs no broker: tests/kafka/verify.py has the rest."""
import unittest

from tool import Case


class Verify(Case):
    def test_usage(self):
        for args, says in ((["--profile", "crc"], "--profile"), (["--from", "soon"], "--from"), (["--from", "2026-13-40"], "--from"),
                           (["--timeout", "0"], "--timeout"), (["--list", "x"], "--list"), (["file"], "--topic"),
                           (["--order-header", "a", "--order-attribute", "b"], "exclude"), (["--key", "atributes[\"x\"]"], "attributes"),
                           (["--order-attribute", "Concat("], "column"), (["-o", "partitioner=round_robin"], "--profile"),
                           (["-o", "no.such=1"], "no.such"), (["--config", "/no/such/file"], "/no/such/file")):
            with self.subTest(args=args):
                self.refuse("verify", *args, says=says)

    def test_no_broker(self):
        result = self.run_tool("verify", "--brokers", "127.0.0.1:1", "--topic", "t", code=4)
        self.assertEqual(result.out, b"")
        self.assertIn("no broker answers", result.err)


if __name__ == "__main__":
    unittest.main()
