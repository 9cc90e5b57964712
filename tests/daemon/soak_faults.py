# SPDX-License-Identifier: ISC
"""What befalls the modules of scripts/soak: rules for gsmtp-emulator(1), each with its
chance. Left out is what no host can notice, since then nobody could be blamed: bits that
flip in the text of a mail or in the digits of PUT's result, and a module that sends a
mail and says with a number that it did not."""

import random

URCS = ["RING", "+CREG: 1", '+CMTI: "SM",3', "+CGREG: 2", "NO CARRIER", "+CLIP: \"+49123\",145",
        "UNDER_VOLTAGE WARNING", '+CUSD: 0,"+QSMTPPUT: 0"', "ALARM RING"]
COMMANDS = ["AT+QSMTP", "AT+QSMTPDST", "AT+QSMTPSUB", "AT+QSMTPBODY", "AT+QSMTPATT",
            "AT+QSMTPPUT", "AT+QSMTPCLR", "AT+QSMTPCFG", "AT+QF", "AT+C"]

# Chances are for each time that it could be; a mail has some ten commands.
LOST = [
    ({"on": "AT+QSMTP", "drop": "command"}, 0.002),
    ({"on": "AT+QSMTP", "drop": "ok"}, 0.002),
    ({"on": "AT+QSMTP", "drop": "all"}, 0.001),
    ({"on": "AT+QSMTPDST=1", "drop": "result"}, 0.004),
    ({"on": "AT+QSMTPBODY", "drop": "result"}, 0.004),
    ({"on": "AT+QSMTPATT=", "drop": "result"}, 0.01),
    ({"on": "AT+C", "drop": "command"}, 0.002),
]
LATE_OR_TWICE = [
    ({"on": "AT+QSMTP", "delay-answer": 700}, 0.003),
    ({"on": "AT+QSMTP", "delay-answer": 3000}, 0.0005),
    ({"on": "AT+QSMTPDST=1", "delay-result": 1500}, 0.004),
    ({"on": "AT+QSMTPBODY", "delay-result": 1500}, 0.004),
    ({"on": "AT+QSMTPPUT", "delay-answer": 900}, 0.003),
    ({"on": "put", "delay-result": 3000}, 0.01),
    ({"on": "AT+QSMTP", "repeat-answer": 1}, 0.004),
    ({"on": "AT+QSMTPDST=1", "repeat-result": 2}, 0.01),
    ({"on": "put", "repeat-result": 1}, 0.02),
    ({"on": "AT+QSMTPDST=1", "result-first": True}, 0.02),
]
DOWN = [
    ({"on": "AT+QSMTP", "reset": True, "phase": "before"}, 0.001),
    ({"on": "AT+QSMTP", "reset": True, "phase": "between"}, 0.001),
    ({"on": "AT+QSMTP", "reset": True, "phase": "after"}, 0.001),
    ({"on": "AT+QSMTP", "reset": True, "mute": True, "phase": "before"}, 0.0005),
    ({"on": "AT+QSMTP", "reset": True, "mute": True, "phase": "after"}, 0.0005),
    ({"on": "AT+QSMTP", "hangup": 300}, 0.001),
    ({"on": "AT+QSMTP", "silence": 900}, 0.001),
    ({"on": "AT+QSMTP", "silence": 5000}, 0.0002),
    ({"on": "data", "at": 90, "reset": True}, 0.004),
    ({"on": "data", "at": 90, "hangup": 200}, 0.004),
    ({"on": "data", "at": 300, "silence": 1500}, 0.004),
    ({"on": "data", "at": 700, "reset": True, "mute": True}, 0.004),
    ({"on": "put", "reset": True, "phase": "between"}, 0.004),
    ({"on": "put", "reset": True, "phase": "between", "deliver": True}, 0.004),
    ({"on": "put", "hangup": 300, "phase": "between", "deliver": True}, 0.004),
    ({"on": "put", "reset": True, "phase": "after"}, 0.004),
    ({"on": "AT+CSQ", "hangup": 500}, 0.002),
]
REFUSED = [
    ({"on": "AT+QSMTPSUB", "error": True}, 0.003),
    ({"on": "AT+QSMTPDST=1", "cme": 100}, 0.003),
    ({"on": "AT+QSMTPBODY", "cme": "operation not allowed"}, 0.003),
    ({"on": "AT+QSMTPSRV", "error": True}, 0.003),
    ({"on": "AT+QSMTPDST=1", "answer": -1}, 0.003),
    ({"on": "AT+QSMTPATT=", "answer": -1}, 0.003),
    ({"on": "AT+QICSGP", "error": True}, 0.02),
    *[({"on": "put", "answer": code}, chance) for code, chance in (
        (-1, 0.004), (-3, 0.004), (-4, 0.003), (-5, 0.003), (-7, 0.004), (-8, 0.003),
        (-9, 0.004), (-11, 0.004), (-421, 0.004), (-450, 0.004), (-451, 0.004), (-452, 0.004),
        (-530, 0.0005), (-535, 0.0005), (-554, 0.001), (-10, 0.0005), (-503, 0.0005))],
    ({"on": "put", "answer": -9, "deliver": True}, 0.004),
]
AROUND = [
    ({"on": "put", "context": "lost"}, 0.003),
    ({"on": "put", "bearer": "stuck"}, 0.002),
    ({"on": "AT+QFUPL", "cme": 403}, 0.02),
    ({"on": "AT+QFUPL", "cme": 407}, 0.02),
    ({"on": "AT+QFUPL", "checksum": "wrong"}, 0.02),
    ({"on": "AT+QFDEL", "error": True}, 0.02),
    ({"on": "AT+QFDEL", "drop": "command"}, 0.01),
    ({"on": "time", "at": 31000, "every": 97000, "network": "searching"}, 0.2),
    ({"on": "time", "at": 35000, "every": 97000, "network": "home"}, 1),
]

# Octets, each by itself. `has` is the command before: from the host, what follows it.
NOISE = [
    ({"from": "module", "has": "AT+QSMTPDST", "flip": 4}, 0.0002),
    ({"from": "module", "has": "AT+QSMTPSUB", "flip": 1}, 0.0005),
    ({"from": "module", "has": "AT+QSMTPBODY", "drop": 1}, 0.0002),
    ({"from": "module", "has": "AT+QSMTP", "split": 60}, 0.001),
    ({"from": "module", "has": "AT+QSMTPDST", "drop": 1}, 0.0002),
    ({"from": "module", "has": "AT+QSMTPDST", "duplicate": 1}, 0.0005),
    ({"from": "module", "has": "AT+QSMTPBODY", "duplicate": 1}, 0.0002),
    ({"from": "module", "has": "AT+CREG?", "flip": 2}, 0.0005),
    ({"from": "host", "has": "AT+QICSGP", "flip": 1}, 0.0005),
    ({"from": "host", "has": "AT+QSMTPDST=0", "flip": 2}, 0.0005),
    ({"from": "host", "has": "AT+QSMTPDST?", "flip": 8}, 0.0005),
    ({"from": "host", "has": "AT+QSMTPSUB", "drop": 1}, 0.0005),
    ({"from": "host", "has": "AT+QSMTPBODY", "drop": 1}, 0.000003),
    ({"from": "host", "has": "AT+QSMTPBODY", "duplicate": 1}, 0.000003),
    ({"from": "host", "has": "AT+QSMTPBODY", "split": 40}, 0.00001),
    ({"from": "host", "has": "AT+QSMTPATT=", "drop": 3}, 0.000001),
]

# Each of these costs a modem minutes: for long runs.
SLOW = [
    ({"on": "put", "drop": "result"}, 0.001),
    ({"on": "put", "reset": True, "mute": True, "phase": "between", "deliver": True}, 0.001),
    ({"on": "put", "silence": 20000, "phase": "between"}, 0.0002),
    ({"on": "AT+QSMTPSUB", "silence": 30000}, 0.0002),
    ({"on": "AT+QSMTPSUB", "off": True}, 0.0001),
    ({"from": "module", "has": "AT+QSMTPPUT", "drop": 1}, 0.00002),
    ({"from": "module", "has": "AT+QSMTPPUT", "duplicate": 1}, 0.00002),
]


def rules_of(seed, number, long):
    """The script of a module: it has all of them, each with a URC of its own drawing."""
    dice = random.Random(f"faults {seed} {number}")
    drawn = LOST + LATE_OR_TWICE + DOWN + REFUSED + AROUND + NOISE + (SLOW if long else [])
    for place in ("before", "between", "after"):
        for urc in URCS:
            drawn.append(({"on": dice.choice(COMMANDS), place: urc}, 0.002))
    drawn.append(({"on": "AT+QSMTP", "say": "RING", "inside": True}, 0.001))
    dice.shuffle(drawn)
    return [{**({} if "on" in rule else {"on": "bytes"}), **rule, "chance": chance}
            for rule, chance in drawn]


def module_options(number, pin, long):
    """What kind of module it is, and what its section of the configuration says of it. In a
    long run modules start so fast that they hear the rest of what is on its way to them."""
    slow = number % 5 == 4
    baud = "115200" if slow else "921600"
    options = ["--delay", "2", "--boot", "100" if long else "1500" if slow else "400",
               "--baud", baud]
    settings = {"plus-guard": "none", "attachments": ("line", "auto", "auto")[number % 3],
                "baud": baud}
    if number % 2 == 1:
        options += ["--pin", pin]
        settings["pin-file"] = "pin"
    if number % 4 == 2:
        options += ["--filesz-ends", "yes"]
    if number % 4 == 3:
        options += ["--no-space"]
    if number % 6 == 4:
        options += ["--guard", "200"]
        settings["plus-guard"] = "250ms"
    elif number % 6 == 5:
        settings["plus-guard"] = "auto"
    return options, settings
