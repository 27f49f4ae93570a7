from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_WRITER = """
import os, sys
from pathlib import Path
from ironclad.embedded.child import RotatedOutput
output = RotatedOutput(Path(sys.argv[1]), largest=100)
for number in range(50):
    print(f"line {number}", flush=True)
    output.rotate()
"""


def written(tmp_path: Path) -> dict[str, str]:
    log = tmp_path / "server.log"
    subprocess.run(
        [sys.executable, "-c", _WRITER, str(log)], check=True, cwd=Path.cwd()
    )
    return {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}


def test_a_full_log_is_put_aside_and_three_are_kept(tmp_path: Path) -> None:
    files = written(tmp_path)
    assert set(files) == {f"server.log{end}" for end in ("", ".1", ".2", ".3")}


def test_no_line_is_lost_or_cut_between_the_files(tmp_path: Path) -> None:
    files = written(tmp_path)
    ends = (".3", ".2", ".1", "")
    lines = "".join(files[f"server.log{end}"] for end in ends).splitlines()
    newest = int(lines[-1].removeprefix("line "))
    assert newest == 49
    assert lines == [f"line {n}" for n in range(50 - len(lines), 50)]


FOLLOWED = """
import os, sys
from pathlib import Path
from ironclad.embedded.child import RotatedOutput
path = Path(sys.argv[1])
output = RotatedOutput(path)
print("before", flush=True)
assert not output.follow()
path.replace(path.with_name("out.log.1"))
assert not output.follow(), "nothing is there yet"
path.write_text("another's\\n")
assert output.follow()
print("after", flush=True)
"""


def test_what_another_process_has_put_aside_is_left(tmp_path: Path) -> None:
    log = tmp_path / "out.log"
    subprocess.run([sys.executable, "-c", FOLLOWED, str(log)], check=True)
    assert (tmp_path / "out.log.1").read_text("utf-8") == "before\n"
    assert log.read_text("utf-8") == "another's\nafter\n"
