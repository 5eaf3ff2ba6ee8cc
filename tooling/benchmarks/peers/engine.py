"""A peer as a child process: `python engine.py PEER` reads a request per line and answers each with a line.

Requests and answers are JSON objects; the protocol stands in ../src/protocol.ts. Standard output belongs to
the answers: what libraries print goes to standard error.
"""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]


@dataclass
class Prepared:
    """Something that can be timed."""

    run: Callable[[], None]
    """Does it once, to the very end: the result has been computed when this returns."""
    difference: float | None = None
    """max |own - reference| / max |reference| of its output, where there is a reference."""


class Peer(Protocol):
    """What a module of a peer has."""

    def start(self, name: str) -> str:
        """Loads the libraries and returns their version."""

    def prepare(self, work: Json, file: str | None) -> Prepared:
        """Makes ready what is asked for, with the weights and inputs of the reference file."""


MODULES = {"torch": "torch_peer", "jax": "jax_peer", "numpy": "numpy_peer", "exponax": "exponax_peer"}


def peak_memory() -> int:
    """Peak resident memory of this process in bytes; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def answer(peer: Peer, prepared: list[Prepared], request: Json) -> Json:
    match request["request"]:
        case "prepare":
            prepared.append(peer.prepare(request["work"], request["file"]))
            return {"difference": prepared[-1].difference}
        case "time":
            run = prepared[request["index"]].run
            milliseconds = []
            for _ in range(request["repeats"]):
                start = time.perf_counter()
                run()
                milliseconds.append((time.perf_counter() - start) * 1e3)
            return {"milliseconds": milliseconds}
        case "memory":
            return {"peakBytes": peak_memory()}
        case other:
            return {"error": f"unknown request {other!r}"}


def main(name: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(message: Json) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    peer: Peer = importlib.import_module(MODULES[name.split("-")[0]])
    say({"ready": peer.start(name)})
    prepared: list[Prepared] = []
    for line in sys.stdin:
        try:
            say(answer(peer, prepared, json.loads(line)))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"})


if __name__ == "__main__":
    main(sys.argv[1])
