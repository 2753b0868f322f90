"""Animations: matplotlib's own objects, saved fast where that is right."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation, PillowWriter
from PIL import Image, ImageSequence

from deepreplay import Replay
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, EpochError, StorageError
from deepreplay.figure.animation import ReplayAnimation
from deepreplay.figure.canvas import Blitter, can_blit
from deepreplay.plot import compose_animations, compose_plots

pytestmark = pytest.mark.thorough


@pytest.fixture
def plots(replay: Replay) -> list[Any]:
    _, (left, right) = plt.subplots(1, 2, figsize=(6.01, 3.01))
    return [
        replay.build_feature_space(left, layer_name="hidden", contour_points=40),
        replay.build_loss_and_metric(right, "accuracy"),
    ]


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each use of the fast path."""
    used: list[str] = []
    on_pixels = Blitter.on_pixels
    monkeypatch.setattr(Blitter, "on_pixels", lambda *arguments: (used.append("fast"), on_pixels(*arguments))[1])
    return used


def frames_of(path: Path) -> Iterator[np.ndarray]:
    reader = imageio_ffmpeg.read_frames(str(path))
    width, height = next(reader)["source_size"]
    for frame in reader:
        yield np.frombuffer(frame, np.uint8).reshape(height, width, 3)


def shown(plots: list[Any], epoch: int) -> np.ndarray:
    figure = compose_plots(plots, epoch)
    figure.set_dpi(100)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_an_mp4_has_one_frame_an_epoch_and_even_sides(plots: list[Any], fast: list[str], tmp_path: Path) -> None:
    animation = compose_animations(plots)
    assert isinstance(animation, FuncAnimation)
    animation.save(tmp_path / "all.mp4", dpi=100, fps=5)
    assert fast == ["fast"]
    frames = list(frames_of(tmp_path / "all.mp4"))
    assert len(frames) == 7
    assert frames[0].shape == (302, 602, 3)
    for epoch in (0, 3, 6):
        # H.264 at its default quality loses a little.
        assert np.abs(frames[epoch][:301, :601] - shown(plots, epoch).astype(float)).mean() < 3
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-i", tmp_path / "all.mp4"], capture_output=True, text=True, check=False
    ).stderr
    assert "yuv420p" in said
    assert "5 fps" in said


def test_a_gif_has_one_palette_and_loops(plots: list[Any], fast: list[str], tmp_path: Path) -> None:
    compose_animations(plots, epoch_start=2, epoch_end=5).save(tmp_path / "some.gif", dpi=100, fps=5)
    assert fast == ["fast"]
    with Image.open(tmp_path / "some.gif") as image:
        assert image.info["loop"] == 0
        frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    assert [frame.info["duration"] for frame in frames] == [200] * 4
    for frame, epoch in zip(frames, [2, 3, 4, 5], strict=True):
        found, exact = np.asarray(frame.convert("RGB")).astype(float), shown(plots, epoch)
        # As good as 64 colours of Pillow's choice for this frame alone, and white is white.
        alone = np.asarray(Image.fromarray(exact).quantize(64, dither=Image.Dither.NONE).convert("RGB"))
        assert np.abs(found - exact).mean() < np.abs(alone - exact.astype(float)).mean()
        assert (found[(exact == 255).all(axis=-1)] == 255).all()


def test_a_webp_loses_nothing_and_loops(plots: list[Any], fast: list[str], tmp_path: Path) -> None:
    compose_animations(plots, 2, 4).save(tmp_path / "some.webp", dpi=100, fps=5)
    assert fast == ["fast"]
    with Image.open(tmp_path / "some.webp") as image:
        assert (image.n_frames, image.info["loop"]) == (3, 0)
        frames = [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)]
        assert image.info["duration"] == 200
    for frame, epoch in zip(frames, [2, 3, 4], strict=True):
        assert np.abs(frame - shown(plots, epoch)).max() <= 2


@pytest.mark.parametrize("name", ["all.webp", "at_{epoch}.png"])
def test_a_figure_that_cannot_be_blitted_is_drawn_in_full(replay: Replay, tmp_path: Path, name: str) -> None:
    ax = plt.figure(figsize=(4, 3)).subfigures(1, 1).add_subplot()
    plots = [replay.build_loss_and_metric(ax, "accuracy")]
    assert not can_blit(plots[0].figure, plots[0].moving)
    compose_animations(plots, 2, 4).save(tmp_path / name, dpi=100)
    frames = []
    for path in sorted(tmp_path.iterdir()):
        with Image.open(path) as image:
            frames += [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)]
    for frame, epoch in zip(frames, [2, 3, 4], strict=True):
        assert np.abs(frame - shown(plots, epoch)).max() <= 2


def test_pictures_are_one_an_epoch_in_a_folder_that_is_made(plots: list[Any], tmp_path: Path) -> None:
    compose_plots(plots, 5)
    seen: list[int] = []
    compose_animations(plots, 2, 4).save(
        tmp_path / "frames" / "at_{epoch:03}.png", dpi=100, progress_callback=lambda frame, total: seen.append(frame)
    )
    assert seen == [0, 1, 2]
    assert plots[0].epoch == 5
    assert {path.name for path in (tmp_path / "frames").iterdir()} == {"at_002.png", "at_003.png", "at_004.png"}
    for epoch in (2, 3, 4):
        with Image.open(tmp_path / "frames" / f"at_00{epoch}.png") as image:
            # As every frame that is not drawn in full.
            assert np.abs(np.asarray(image.convert("RGB")).astype(int) - shown(plots, epoch)).max() <= 2


def test_pictures_that_would_replace_each_other_are_refused(plots: list[Any], tmp_path: Path) -> None:
    animation = compose_animations(plots)
    with pytest.raises(ArgumentValueError, match="put the epoch in the name"):
        animation.save(tmp_path / "run.png")
    with pytest.raises(ArgumentValueError, match=r"Only \{epoch\} can stand"):
        animation.save(tmp_path / "{epok}.png")
    assert not list(tmp_path.iterdir())


def test_an_animation_of_one_epoch_is_saved_too(plots: list[Any], tmp_path: Path) -> None:
    for suffix in ("mp4", "gif", "webp"):
        compose_animations(plots, 3, 3).save(tmp_path / f"one.{suffix}", dpi=50)
        assert (tmp_path / f"one.{suffix}").stat().st_size > 0


@pytest.mark.parametrize("options", [{"writer": PillowWriter(fps=5)}, {"metadata": {"title": "x"}, "writer": "pillow"}])
def test_matplotlib_saves_what_asks_for_more(
    plots: list[Any], fast: list[str], tmp_path: Path, options: dict[str, Any]
) -> None:
    compose_animations(plots, 0, 2).save(tmp_path / "some.gif", dpi=50, **options)
    assert fast == []
    with Image.open(tmp_path / "some.gif") as image:
        assert image.n_frames == 3


def test_matplotlib_finds_ffmpeg_without_changing_the_settings(
    plots: list[Any], fast: list[str], tmp_path: Path
) -> None:
    before = mpl.rcParams["animation.ffmpeg_path"]
    compose_animations(plots, 0, 2).save(tmp_path / "some.mp4", dpi=50, fps=5, bitrate=500)
    assert fast == []
    assert len(list(frames_of(tmp_path / "some.mp4"))) == 3
    assert mpl.rcParams["animation.ffmpeg_path"] == before


@pytest.mark.parametrize(
    "setting", [{"savefig.facecolor": "black"}, {"savefig.bbox": "tight"}], ids=lambda setting: next(iter(setting))
)
def test_settings_of_matplotlib_hold_for_pictures(
    plots: list[Any], fast: list[str], tmp_path: Path, setting: dict[str, Any]
) -> None:
    with mpl.rc_context(setting):
        compose_animations(plots, 2, 3).save(tmp_path / "{epoch}.png", dpi=100, metadata={"Title": "mine"})
        compose_plots(plots, 3).savefig(tmp_path / "expected.png", dpi=100)
    assert fast == []
    with Image.open(tmp_path / "3.png") as image, Image.open(tmp_path / "expected.png") as expected:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(expected))
        assert image.info["Title"] == "mine"


def test_saving_and_drawing_leave_the_epoch_that_is_shown(plots: list[Any], tmp_path: Path) -> None:
    figure = compose_plots(plots, 4)
    line = plots[1]._artists["loss"]
    animation = compose_animations(plots)
    assert len(line.get_xdata()) == 5
    animation.save(tmp_path / "all.gif", dpi=40)
    figure.canvas.draw()
    assert len(line.get_xdata()) == 5


def test_progress_is_reported(plots: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[int, int]] = []
    compose_animations(plots, 1, 3).save(tmp_path / "a.mp4", dpi=40, progress_callback=lambda *p: seen.append(p))
    assert seen == [(0, 3), (1, 3), (2, 3)]
    assert capsys.readouterr().err == ""


def test_what_ffmpeg_cannot_write_is_an_error(
    plots: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: "false")
    with pytest.raises(StorageError, match="ffmpeg could not write"):
        compose_animations(plots, 0, 2).save(tmp_path / "a.mp4", dpi=40)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.webp"])
def test_a_place_that_cannot_be_written_is_named(plots: list[Any], tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(StorageError, match="it is a folder"):
        compose_animations(plots, 0, 1).save(tmp_path / name, dpi=40)
    with pytest.raises(StorageError, match="there is no folder"):
        compose_animations(plots, 0, 1).save(tmp_path / "nowhere" / name, dpi=40)


@pytest.mark.parametrize("options", [{}, {"metadata": {"title": "x"}}], ids=["fast", "matplotlib's"])
@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.webp", "{epoch}.png"])
def test_an_interrupted_save_leaves_what_was_there(
    plots: list[Any], tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    def interrupt(frame: int, total: int) -> None:
        if frame == 2:
            raise KeyboardInterrupt

    (tmp_path / "2.png").write_text("before")
    (tmp_path / name).write_text("before")
    with pytest.raises(KeyboardInterrupt):
        compose_animations(plots).save(tmp_path / name, dpi=40, progress_callback=interrupt, **options)
    assert (tmp_path / name).read_text() == "before"
    made = {"0.png", "1.png"} if name.endswith("png") else set()
    assert {path.name for path in tmp_path.iterdir()} == {"2.png", name} | made
    for path in made:
        with Image.open(tmp_path / path) as image:
            image.load()


def test_html_shows_every_epoch(plots: list[Any], tmp_path: Path) -> None:
    html = compose_animations(plots, 1, 3).to_jshtml()
    assert html.count("data:image/png") == 3
    animation = compose_animations(plots)
    compose_plots(plots, 4)
    (encoded,) = re.findall(r'src="data:video/mp4;base64,([^"]+)"', animation._repr_html_())
    (tmp_path / "shown.mp4").write_bytes(base64.b64decode(encoded))
    assert len(list(frames_of(tmp_path / "shown.mp4"))) == 7
    assert plots[0].epoch == 4
    assert animation.to_html5_video(embed_limit=0.001) == "Video too large to embed."


def test_only_plots_of_one_figure_compose(replay: Replay, plots: list[Any]) -> None:
    alone = replay.build_loss_and_metric(metric_name="accuracy")
    with pytest.raises(ArgumentValueError, match="one Figure"):
        compose_plots([plots[0], alone], 3)
    with pytest.raises(ArgumentTypeError, match="one or more"):
        compose_plots([], 3)
    with pytest.raises(ArgumentTypeError, match=r"Replay\.build_"):
        compose_plots([plots[0], "plot"], 3)  # type: ignore[list-item]


def test_composed_plots_share_their_epochs(replay: Replay) -> None:
    _, (left, right, third) = plt.subplots(1, 3)
    early = replay.build_loss_and_metric(left, "accuracy", epoch_end=3)
    late = replay.build_loss_and_metric(right, "accuracy", epoch_start=2)
    assert compose_animations([early, late])._epochs == [2, 3]
    with pytest.raises(EpochError, match="Epoch 1 was not recorded"):
        compose_plots([early, late], 1)
    with pytest.raises(ArgumentValueError, match="no epoch in common"):
        compose_plots([replay.build_loss_and_metric(third, "accuracy", epoch_end=1), late], 1)


def test_an_animation_is_matplotlibs() -> None:
    assert issubclass(ReplayAnimation, FuncAnimation)


@pytest.mark.parametrize("name", ["run", "run.xyz"])
def test_a_suffix_that_tells_no_format_is_refused(plots: list[Any], tmp_path: Path, name: str) -> None:
    animation = compose_animations(plots)
    with pytest.raises(ArgumentValueError, match=r"choose from \.mp4, \.gif"):
        animation.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_single_plot_is_no_list_of_plots(plots: list[Any]) -> None:
    with pytest.raises(ArgumentTypeError, match="Only a list of plots"):
        compose_plots(plots[0], epoch=1)


@pytest.mark.parametrize("name", ["fps", "dpi"])
@pytest.mark.parametrize("value", [0, -3, "fast", float("inf"), float("nan"), True])
def test_a_speed_or_resolution_that_is_no_positive_number_is_refused(
    plots: list[Any], tmp_path: Path, name: str, value: Any
) -> None:
    with pytest.raises(ArgumentValueError, match=f"The `{name}` must be a positive number"):
        compose_animations(plots, 0, 1).save(tmp_path / "a.mp4", **{name: value})
    assert not list(tmp_path.iterdir())


def test_a_resolution_that_leaves_no_pixels_is_refused(plots: list[Any], tmp_path: Path) -> None:
    for name in ("a.mp4", "{epoch}.png"):
        with pytest.raises(ArgumentValueError, match=r"`dpi` of 0\.05 the figure has no pixels"):
            compose_animations(plots, 0, 1).save(tmp_path / name, dpi=0.05)
    assert not list(tmp_path.iterdir())


def test_a_writer_that_is_not_there_is_named_with_those_that_are(plots: list[Any], tmp_path: Path) -> None:
    with pytest.raises(ArgumentValueError, match=r"no `writer` 'pilow' here: choose from .*pillow.*Did you mean"):
        compose_animations(plots, 0, 1).save(tmp_path / "a.gif", writer="pilow")
    assert not list(tmp_path.iterdir())
