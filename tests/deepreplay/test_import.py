"""What importing deepreplay costs, and what happens where Keras finds no backend."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


@pytest.mark.parametrize("statement", ["import deepreplay", "import deepreplay.datasets.parabola"])
def test_importing_draws_in_neither_keras_nor_matplotlib(statement: str) -> None:
    code = f"{statement}; import sys; print([m for m in ('keras', 'matplotlib', 'h5py') if m in sys.modules])"
    assert run(code).stdout.strip() == "[]"


def test_computing_draws_in_no_matplotlib() -> None:
    code = (
        "import deepreplay.visualizations.feature_space, deepreplay.visualizations.loss_and_metric, deepreplay.replay;"
        "import sys; print('matplotlib' in sys.modules)"
    )
    assert run(code).stdout.strip() == "False"


BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {absent}:
            raise ModuleNotFoundError(f'No module named {{name!r}}', name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {absent} else find_spec(name, *rest)
import deepreplay
try:
    {statement}
except ImportError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("statement", ["deepreplay.ReplayData", "from deepreplay.callbacks import ReplayData"])
def test_without_any_backend_the_error_says_what_to_install_and_how_to_choose(statement: str) -> None:
    code = BLOCKED.format(absent=("jax", "torch", "tensorflow"), statement=statement)
    said = run(code, KERAS_BACKEND="jax").stdout
    assert said.startswith("BackendError")
    for advice in ("pip install 'deepreplay[jax]'", "deepreplay[torch]", "deepreplay[tensorflow]", "KERAS_BACKEND"):
        assert advice in said


def test_an_unknown_name_is_an_attribute_error() -> None:
    import deepreplay

    with pytest.raises(AttributeError, match="ReplyData"):
        deepreplay.ReplyData  # noqa: B018
