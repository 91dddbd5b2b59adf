"""Files that are no certificates: each must be refused in one sentence."""

import json

from convcheck.kernel import RULES, certificate
from tests.soundness.attacks_rules import xy

TEXT = json.dumps(certificate(RULES["both"](xy, RULES["axiom"]("inv_mul"))))
FILES: dict[str, bytes] = {
    "an empty file": b"",
    "blanks": b" \n",
    "no JSON": b"theorem",
    "a number": b"1",
    "a list": b"[]",
    "null": b"null",
    "an empty object": b"{}",
    "half a file": TEXT[: len(TEXT) // 2].encode(),
    "something after the end": TEXT.encode() + b"{}",
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "bytes that are no UTF-8": TEXT.encode().replace(b"both", b"b\xfeth"),
    "a null byte": TEXT.encode() + b"\0",
    "NaN": TEXT.replace('"conclusion": ', '"conclusion": NaN, "c": ').encode(),
    "infinity": TEXT.replace('"names": {}', '"names": -Infinity').encode(),
    "a float": TEXT.replace('"names": {}', '"names": 1.0').encode(),
    "an exponent": TEXT.replace('"conclusion": ', '"conclusion": 1e1, "c": ').encode(),
    "a number of 5000 digits": TEXT.replace('"names": {}', '"names": ' + "7" * 5000).encode(),
    "a key twice": TEXT.replace('"names": {}', '"names": {}, "names": {}').encode(),
    "a conclusion twice": TEXT.replace('"names": {}', '"names": {}, "conclusion": 0').encode(),
    "a binder named twice": TEXT.replace('"names": {}', '"names": {"9": "i", "9": "j"}').encode(),
    "lists in lists in lists": b"[" * 200_000,
    "objects in objects in objects": b'{"names":' * 200_000,
    "comments": b"// trust me\n" + TEXT.encode(),
    "single quotes": TEXT.replace('"', "'").encode(),
}
