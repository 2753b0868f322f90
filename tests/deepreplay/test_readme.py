"""What the README shows runs as it stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

README = Path(__file__).resolve().parents[2] / "packages/deepreplay/README.md"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 6
    code = "".join(map(textwrap.dedent, blocks))
    # As long and as large as they stand there, they take a minute.
    for long, short in (("epochs=150", "epochs=3"), ("epoch=60", "epoch=2"), ("dpi=120", "dpi=30")):
        assert long in code
        code = code.replace(long, short)
    code = code.replace('layer_name="hidden")', 'layer_name="hidden", contour_points=50)')
    names: dict[str, object] = {}
    exec(code, names)
    plt.close("all")
    names["replay"].close()  # type: ignore[attr-defined]
    assert capsys.readouterr().out.splitlines()[-1] == "[0, 5, 10]"
    assert {path.name for path in tmp_path.iterdir()} == {
        "hyperparms_in_action.h5",
        "epoch_60.png",
        "all_epochs.mp4",
        "runs.h5",
    }
