"""Workbooks parsed in a process of their own, under bounds of time and memory: what a hostile file breaks is that process alone.

The child takes the bytes on its standard input and answers in lines of JSON: a sheet, then its rows in blocks, or a refusal. Nothing that it
sends is run.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

from access.exchange import workbook
from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.values import Cell

SECONDS: Final = 60
MEMORY: Final = 2 << 30
BLOCK_ROWS: Final = 1_000
BLOCK_CHARACTERS: Final = 4 << 20
COMPRESSION: Final = 1
SHELF: Final = Path(__file__).resolve().parents[2]


ReadSheet = tuple[str, Callable[[], Iterator[tuple[int, list[Cell]]]], tuple[tuple[int, int, int, int], ...], int]
"""A sheet's name, its rows, its merged ranges, how many rows it has."""


def open_workbook(content: bytes, limits: Limits, *, seconds: int = SECONDS, memory: int = MEMORY) -> list[ReadSheet]:
    """The sheets of a workbook, parsed in a child process. Raises FileRefused, also when the child runs out of time or memory."""
    hides = workbook.inspect(content, limits)
    bounds = json.dumps({"seconds": seconds, "memory": memory, "limits": _as_dict(limits), "hides": hides})
    environment = {**os.environ, "PYTHONPATH": str(SHELF)}
    with subprocess.Popen(
        [sys.executable, "-c", "from access.exchange.confined import main; main()", bounds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise workbook.hostile()
        clock = threading.Timer(seconds, child.kill)
        feeder = threading.Thread(target=_feed, args=(child.stdin, content), daemon=True)
        clock.start()
        feeder.start()
        try:
            answers = [zlib.compress(line, COMPRESSION) for line in child.stdout if line.endswith(b"\n")]
        finally:
            clock.cancel()
            child.kill()
            feeder.join()
    return _sheets(answers)


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        pipe.write(content)
        pipe.close()
    except OSError:
        return


def _as_dict(limits: Limits) -> dict[str, int]:
    return {name: getattr(limits, name) for name in Limits.__dataclass_fields__}


def _sheets(answers: list[bytes]) -> list[ReadSheet]:
    """What the child answered, each answer compressed. Raises what it refused, or ``hostile`` when it did not come to its end."""
    if not answers:
        raise workbook.hostile()
    last = json.loads(zlib.decompress(answers.pop()))
    if "refused" in last:
        refusal = last["refused"]
        raise FileRefused(Code(refusal["code"]), refusal["message"], refusal["hint"], row=refusal["row"])
    if "end" not in last:
        raise workbook.hostile()
    found: list[tuple[dict[str, Any], list[bytes]]] = []
    for answer in answers:
        if zlib.decompressobj().decompress(answer, 1) == b"[":
            found[-1][1].append(answer)
        else:
            found.append((json.loads(zlib.decompress(answer)), []))
    return [(sheet["name"], _reader(blocks), tuple(map(tuple, sheet["merged"])), BLOCK_ROWS * len(blocks)) for sheet, blocks in found]


def _reader(blocks: list[bytes]) -> Callable[[], Iterator[tuple[int, list[Cell]]]]:
    def rows() -> Iterator[tuple[int, list[Cell]]]:
        for block in blocks:
            for number, cells in json.loads(zlib.decompress(block)):
                yield number, [_received(cell) for cell in cells]

    return rows


def _received(cell: Any) -> Cell:
    if isinstance(cell, str | float):
        return cell
    day = datetime.fromisoformat(cell["date"])
    return day if cell["timed"] else day.date()


def _sent(cell: Cell) -> Any:
    if isinstance(cell, str | float):
        return cell
    return {"date": cell.isoformat(), "timed": isinstance(cell, datetime)} if isinstance(cell, date) else ""


def main() -> None:
    """The child: read a workbook on the standard input under the bounds of the first argument, answer on the standard output."""
    bounds = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["seconds"], bounds["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out, limits, sent = sys.stdout, Limits(**bounds["limits"]), 0
    try:
        for name, rows, merged in workbook.parse(sys.stdin.buffer.read(), limits, hides=bounds["hides"]):
            out.write(json.dumps({"name": name, "merged": merged}) + "\n")
            for block in _blocks(rows()):
                line = json.dumps(block)
                sent += len(line)
                if sent > limits.unzipped_size:
                    raise workbook.hostile()
                out.write(line + "\n")
        out.write(json.dumps({"end": True}) + "\n")
    except FileRefused as refusal:
        out.write(json.dumps({"refused": refusal.finding.as_dict()}) + "\n")
    out.flush()


def _blocks(rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[list[Any]]:
    """Rows by blocks, none much longer than BLOCK_CHARACTERS: a text that stands once in a workbook may be that of every cell."""
    block: list[Any] = []
    length = 0
    for number, cells in rows:
        block.append([number, [_sent(cell) for cell in cells]])
        length += sum(len(cell) for cell in cells if isinstance(cell, str))
        if len(block) == BLOCK_ROWS or length > BLOCK_CHARACTERS:
            yield block
            block, length = [], 0
    if block:
        yield block
