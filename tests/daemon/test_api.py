# SPDX-License-Identifier: ISC
"""The control API, asked by curl; and gsmtpctl, which asks it too."""

import json
import re
import subprocess

import pytest

from house import environment
from test_delivery import mail

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
STATES = {"queued", "active", "deferred", "held", "uncertain", "failed"}


def curl(daemon, path, *options):
    done = subprocess.run(
        ["curl", "-sS", "--unix-socket", daemon.control_path, "-w", "\n%{http_code}"]
        + [*options, f"http://gsmtpd{path}"],
        stdout=subprocess.PIPE,
        env=environment(),
        timeout=30,
        check=True,
        encoding="utf-8",
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


@pytest.fixture
def deferred(make_emulator, make_daemon):
    """A daemon whose queue holds one mail that waits for an hour."""
    emulator = make_emulator(rules=[{"on": "put", "answer": -451}])
    daemon = make_daemon(emulator.device, queue={"retry": "1h"}).start()
    daemon.sendmail("-f", "root@gw1.example.net", "ops@example.com", mail=mail("Wait", "text\n"))
    daemon.wait_state("ops@example.com", "deferred")
    return daemon


def test_status_tells_the_queue_and_the_modem(deferred):
    status, body = curl(deferred, "/v1/status")
    answer = json.loads(body)
    assert status == 200
    assert answer["queue"]["deferred"] == 1
    assert set(answer["queue"]) >= STATES
    assert answer["modems"][0]["name"] == "gsm0"
    assert re.fullmatch(r"\d+\.\d+\.\d+", answer["version"])
    assert answer["uptime_s"] >= 0


def test_queue_tells_the_whole_entry(deferred):
    status, body = curl(deferred, "/v1/queue")
    (entry,) = json.loads(body)["queue"]
    assert status == 200
    assert entry["state"] == "deferred"
    assert entry["attempts"] == 1
    assert entry["sender"] == "root@gw1.example.net"
    assert entry["size"] > 0
    assert TIME.fullmatch(entry["arrived"])
    assert TIME.fullmatch(entry["next_attempt"])
    assert entry["reason"]
    (recipient,) = entry["recipients"]
    assert recipient["address"] == "ops@example.com"
    assert recipient["state"] == "pending"
    assert set(recipient) >= {"address", "state", "code", "status", "text"}
    status, body = curl(deferred, f"/v1/queue/{entry['id']}")
    assert status == 200
    assert json.loads(body) == entry


def test_modems_tell_what_the_module_said(deferred):
    status, body = curl(deferred, "/v1/modems")
    (modem,) = json.loads(body)["modems"]
    assert status == 200
    assert modem["state"] == "ready"
    assert modem["model"]
    assert -113 <= modem["signal_dbm"] <= -51
    assert set(modem) >= {"name", "device", "state", "registration", "operator"}


def test_retry_makes_the_mail_due(deferred):
    (entry,) = deferred.queue()
    status, _ = curl(deferred, f"/v1/queue/{entry['id']}/retry", "-X", "POST")
    assert status == 200
    deferred.wait_state("ops@example.com", "deferred")


@pytest.mark.parametrize(
    "path, options, status",
    [
        ("/v1/queue/nosuchid", [], 404),
        ("/v1/queue/nosuchid/retry", ["-X", "POST"], 404),
        ("/nowhere", [], 404),
        ("/v1/status", ["-X", "POST"], 405),
        ("/v1/reload", [], 405),
    ],
)
def test_wrong_requests_get_an_error_object(deferred, path, options, status):
    got, body = curl(deferred, path, *options)
    assert got == status
    error = json.loads(body)["error"]
    assert error["code"] and error["message"]


def test_health_is_well(deferred):
    assert curl(deferred, "/healthz")[0] == 200


def test_ctl_status_reads_like_a_sentence(deferred):
    text = deferred.ctl("status")
    assert "1 deferred" in text or "deferred: 1" in text or re.search(r"deferred\s+1", text)
    assert "gsm0" in text


def test_ctl_queue_lists_the_mail(deferred):
    text = deferred.ctl("queue")
    (entry,) = deferred.queue()
    assert entry["id"] in text
    assert "ops@example.com" in text
    assert json.loads(deferred.ctl("queue", "--json"))["queue"][0]["id"] == entry["id"]


def test_ctl_without_a_daemon_fails_with_69(make_daemon, emulator):
    daemon = make_daemon(emulator.device)
    assert "control.sock" in daemon.ctl("status", status=69)
