"""While a frame is drawn, the next epoch is computed: in order, no further ahead, and with the same errors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from deepreplay import Replay
from deepreplay.figure.plots import EpochPlot, build_plot
from handyhooks import Visualization

pytestmark = pytest.mark.thorough

WAIT = 20

Hook = Callable[[int], object]


def plot_of(replay: Replay, computing: Hook = lambda epoch: None, updating: Hook = lambda epoch: None) -> EpochPlot:
    """A line that ends at the epoch, and what is to happen on the way."""

    def compute(view: Any, state: None, epoch: int) -> dict[str, int]:
        computing(epoch)
        return {"end": epoch}

    def update(artists: Any, state: None, data: dict[str, int], epoch: int) -> None:
        assert data == {"end": epoch}
        updating(epoch)
        artists["line"].set_data([0, data["end"]], [0, 1])

    def draw(state: None, ax: Any) -> dict[str, Any]:
        ax.set_xlim(0, 6)
        return {"line": ax.plot([], [], linewidth=5)[0]}

    line = Visualization(
        name="line", summary="A line.", prepare=lambda view, epochs: None, compute=compute, draw=draw, update=update
    )
    _, ax = plt.subplots(figsize=(2, 2))
    return build_plot(line, replay.view, replay.epochs, [ax], {})


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Whatever happens while it is saved."""
    before = set(threading.enumerate())
    yield
    assert {thread for thread in threading.enumerate() if thread.name.startswith("deepreplay")} <= before


def test_the_next_epoch_is_computed_while_a_frame_is_drawn(replay: Replay, tmp_path: Path) -> None:
    begun = {epoch: threading.Event() for epoch in replay.epochs}
    waited: list[bool] = []

    def updating(epoch: int) -> None:
        if threading.current_thread() is not threading.main_thread() and epoch < 6:
            waited.append(begun[epoch + 1].wait(WAIT))

    plot = plot_of(replay, lambda epoch: begun[epoch].set(), updating)
    for event in begun.values():
        event.clear()
    plot.animate().save(tmp_path / "a.mp4", dpi=40)
    assert waited == [True] * 6


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "{epoch}.png"])
def test_all_is_computed_by_the_thread_that_saves_and_one_epoch_ahead_at_most(
    replay: Replay, tmp_path: Path, name: str
) -> None:
    threads: set[int] = set()
    ahead: list[int] = []
    finished = [0]

    def computing(epoch: int) -> None:
        threads.add(threading.get_ident())
        ahead.append(epoch - finished[-1])

    plot = plot_of(replay, computing)
    if name != "a.gif":  # which looks at some frames before, for its palette
        ahead.clear()
    plot.animate(1).save(tmp_path / name, dpi=40, progress_callback=lambda frame, total: finished.append(frame + 1))
    assert threads == {threading.get_ident()}
    if name != "a.gif":
        assert max(ahead) == 2
    assert finished == [0, 1, 2, 3, 4, 5, 6]


def test_nothing_is_computed_again_where_none_is_what_was_found(replay: Replay, tmp_path: Path) -> None:
    computed: list[tuple[int, int]] = []
    line = Visualization(
        name="line",
        summary="A line.",
        prepare=lambda view, epochs: None,
        compute=lambda view, state, epoch: computed.append((epoch, threading.get_ident())),
        draw=lambda state, ax: ax.plot([0, 6], [0, 1]),
        update=lambda artists, state, data, epoch: artists[0].set_data([0, epoch], [0, 1]),
    )
    plot = build_plot(line, replay.view, replay.epochs, [plt.figure(figsize=(2, 2)).add_subplot()], {})
    plot.animate(1).save(tmp_path / "a.mp4", dpi=40)
    assert computed == [(epoch, threading.get_ident()) for epoch in (0, 1, 2, 3, 4, 5, 6, 0)]


def test_frames_are_in_order_however_long_drawing_and_computing_take(replay: Replay, tmp_path: Path) -> None:
    pause = threading.Event().wait
    plot = plot_of(replay, lambda epoch: pause(0.03 * (epoch % 2)), lambda epoch: pause(0.03 * (epoch % 3 == 0)))
    plot.animate().save(tmp_path / "{epoch}.png", dpi=60)
    for epoch in replay.epochs:
        figure = plot.plot(epoch)
        figure.set_dpi(60)
        figure.canvas.draw()
        with Image.open(tmp_path / f"{epoch}.png") as image:
            difference = np.asarray(image).astype(int) - np.asarray(figure.canvas.buffer_rgba())
        assert np.abs(difference).max() <= 2


@pytest.mark.parametrize("place", ["computing", "updating"])
@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "{epoch}.png"])
@pytest.mark.parametrize("raised", [ZeroDivisionError, KeyboardInterrupt])
def test_an_error_ends_saving_and_leaves_the_epoch_that_is_shown(
    replay: Replay, tmp_path: Path, place: str, name: str, raised: type[BaseException]
) -> None:
    armed: list[int] = []
    reached: list[int] = []

    def fail(epoch: int) -> None:
        reached.append(epoch)
        if epoch in armed:
            armed.clear()
            raise raised("at 3")

    plot = plot_of(replay, **{place: fail})
    plot.plot(5)
    armed.append(3)
    with pytest.raises(raised, match="at 3"):
        plot.animate().save(tmp_path / name, dpi=40)
    assert plot.epoch == 5
    assert plot._artists["line"].get_xdata()[1] == 5
    assert {path.name for path in tmp_path.iterdir()} <= {"0.png", "1.png", "2.png"}
    assert 4 not in reached


def test_saving_that_is_given_up_stops_drawing_before_anything_else_moves(replay: Replay, tmp_path: Path) -> None:
    drawing, threads = threading.Event(), []

    def computing(epoch: int) -> None:
        if epoch == 4 and armed:
            # The painter is at epoch 3 for a while yet.
            assert drawing.wait(WAIT)
            raise KeyboardInterrupt

    def updating(epoch: int) -> None:
        threads.append((epoch, threading.current_thread() is threading.main_thread()))
        if epoch == 3 and armed:
            drawing.set()
            threading.Event().wait(0.2)
            threads.append(("done with", epoch))

    armed = False
    plot = plot_of(replay, computing, updating)
    armed = True
    with pytest.raises(KeyboardInterrupt):
        plot.animate().save(tmp_path / "a.mp4", dpi=40)
    assert threads[-3:] == [(3, False), ("done with", 3), (0, True)]


def test_numpys_settings_hold_where_frames_are_drawn(replay: Replay, tmp_path: Path) -> None:
    plot = plot_of(replay, updating=lambda epoch: np.float64(epoch) / np.float64(0))
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        plot.animate().save(tmp_path / "a.mp4", dpi=40)
