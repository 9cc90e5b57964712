# SPDX-License-Identifier: ISC
"""scripts/soak and scripts/bench-line in their short forms.

GSMTPD_SOAK_SEED is the seed of the faults."""

import os
import random
import subprocess
import sys

from house import BUILD

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts")


def run(name, *arguments, timeout):
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(SCRIPTS, name), "--build", BUILD, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=timeout, check=False, encoding="utf-8", errors="replace",
    )
    print(done.stdout)
    assert done.returncode == 0


def test_mails_survive_random_faults():
    seed = os.environ.get("GSMTPD_SOAK_SEED", str(random.randrange(1, 1 << 20)))
    run("soak", "--seed", seed, "--mails", "110", "--modems", "16", "--kills", "3",
        "--minutes", "2", "--patience", "240", timeout=400)


def test_line_is_used_without_waste():
    run("bench-line", "--quick", timeout=120)
