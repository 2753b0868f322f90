"""The check of visualizations: what it lets pass, and what it finds."""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from handyhooks import Visualization
from handyhooks.testing import ConformanceError, check_visualization, visualizations
from handyhooks.testing.replay import SyntheticReplay


def prepare(view: Any, epochs: Any, *, layer: str = "hidden") -> dict[str, Any]:
    return {"layer": layer, "samples": len(view.inputs)}


def compute(view: Any, state: Any, epoch: int) -> dict[str, Any]:
    return {"y": view.outputs(state["layer"], epoch)[:, 0]}


def draw(state: Any, ax: Any) -> dict[str, Any]:
    ax.set(xlim=(-1, state["samples"]), ylim=(-2, 2))
    return {"line": ax.plot([], [])[0]}


def update(artists: Any, state: Any, data: Any, epoch: int) -> None:
    artists["line"].set_data(range(state["samples"]), data["y"])


def visualization(**fields: Any) -> Visualization:
    whole: dict[str, Any] = {"prepare": prepare, "compute": compute, "draw": draw, "update": update}
    return Visualization(**{"name": "tried", "summary": "Tried.", **whole, **fields})


def test_a_visualization_that_keeps_all_promises_passes() -> None:
    check_visualization(visualization())
    check_visualization(visualization(), options={"layer": "output"}, views=[SyntheticReplay("binary")])


def test_one_with_two_axes_and_a_projection_passes() -> None:
    def draw_two(state: Any, one: Any, two: Any) -> dict[str, Any]:
        assert one.name == two.name == "polar"
        return draw(state, one) | {"others": [two.plot([], [])[0]]}

    check_visualization(visualization(axes=("one", "two"), projection="polar", draw=draw_two))


def test_replays_that_it_does_not_accept_are_passed_over() -> None:
    def prepare_classes(view: Any, epochs: Any) -> dict[str, Any]:
        return {"layer": "output", "samples": len(view.inputs), "classes": view.labels.max()}

    picky = visualization(
        accepts=lambda view: "it has no classes" if view.labels is None else None, prepare=prepare_classes
    )
    check_visualization(picky)
    with pytest.raises(ConformanceError, match="It refused all: it has no classes"):
        check_visualization(picky, views=[SyntheticReplay("regression")])


def test_it_is_prepared_for_all_epochs_and_for_one() -> None:
    seen = []

    def noting(view: Any, epochs: Any) -> dict[str, Any]:
        seen.append(list(epochs))
        return prepare(view, epochs)

    check_visualization(visualization(prepare=noting), views=[SyntheticReplay(epochs=(0, 3, 6))])
    assert seen == [[0, 3, 6], [6]]


def computes_something_else_each_time() -> Any:
    numbers = itertools.count()
    return lambda view, state, epoch: {"y": np.full(state["samples"], next(numbers))}


def computes_from_a_position(view: Any, state: Any, epoch: int) -> dict[str, Any]:
    return {"y": view.outputs("hidden", view.epochs[epoch])[:, 0]}


def computes_with_matplotlib(view: Any, state: Any, epoch: int) -> dict[str, Any]:
    import matplotlib.cm  # noqa: F401

    return compute(view, state, epoch)


def draws_through_pyplot(state: Any, ax: Any) -> dict[str, Any]:
    return {"line": plt.plot([], [])[0]}


def adds_artists(artists: Any, state: Any, data: Any, epoch: int) -> None:
    artists["line"].axes.plot(data["y"])


def drags_along(artists: Any, state: Any, data: Any, epoch: int) -> None:
    before = artists["line"].get_ydata()
    artists["line"].set_data(range(state["samples"]), data["y"] + (np.mean(before) if len(before) else 0.0))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"prepare": lambda view, epochs, layer="hidden": None}, "keyword-only. .* the parameters view, epochs, layer"),
        ({"prepare": lambda view, epochs, *, layer: None}, r"options have defaults, .*Missing: \['layer'\]"),
        ({"prepare": lambda view, epochs: view.nothing}, "it raised AttributeError"),
        (
            {"prepare": lambda view, epochs: {**prepare(view, epochs), "second": epochs[1]}},
            "For epochs .8., it raised IndexError",
        ),
        ({"accepts": lambda view: False}, "`accepts.view.` gives None, .* It gave False"),
        ({"accepts": lambda view: view.nothing}, "It raised AttributeError"),
        ({"compute": lambda view, state, epoch: view.predict(epoch)}, "a mapping of names to arrays"),
        ({"compute": computes_something_else_each_time()}, "`compute` gives the same for the same epoch"),
        ({"compute": computes_from_a_position}, "For epoch 6, it raised IndexError"),
        ({"compute": computes_with_matplotlib}, "without matplotlib. .*it raised ModuleNotFoundError"),
        ({"draw": lambda state, ax: ax.plot([], [])}, "a mapping of names to the artists that move. It gave"),
        ({"draw": lambda state, ax: {"line": "line"}}, r"no artists on its Axes: \['line'\]"),
        ({"draw": draws_through_pyplot}, "it used a figure of pyplot's"),
        ({"update": adds_artists}, "For epoch 0, the Axes' children are others than before"),
        ({"update": drags_along}, "the picture of an epoch does not depend on those shown before"),
        ({"update": lambda artists, state, data, epoch: None}, "Epochs .* all look the same"),
        ({"update": lambda artists, state, data, epoch: data["x"]}, "For epoch 0, it raised KeyError"),
    ],
)
def test_a_visualization_that_breaks_a_promise_is_found(fields: dict[str, Any], problem: str) -> None:
    try:
        with pytest.raises(ConformanceError, match=f"Visualization 'tried' breaks a promise: .*({problem})"):
            check_visualization(visualization(**fields))
    finally:
        plt.close("all")


def test_without_matplotlib_the_data_are_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visualizations, "can_draw", lambda: False)
    check_visualization(visualization(draw=lambda state, ax: pytest.fail("drawn")))
    with pytest.raises(ConformanceError, match="`compute"):
        check_visualization(visualization(compute=lambda view, state, epoch: None))
