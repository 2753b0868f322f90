"""The animation of a scene: matplotlib's own, with a faster way to save."""

from __future__ import annotations

import base64
import contextvars
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
from matplotlib.animation import AbstractMovieWriter, FuncAnimation, writers
from PIL import Image
from tqdm import tqdm  # type: ignore[import-untyped]

from deepreplay.errors import ArgumentValueError, did_you_mean
from deepreplay.figure.canvas import Blitter, can_blit
from deepreplay.figure.encoders import encoder_for
from deepreplay.figure.files import beside

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from deepreplay.figure.scene import Scene

__all__ = ["ReplayAnimation"]

_INTERVAL = 200
_NO_LIMIT = 2.0**20  # megabytes
_SUFFIXES = (".mp4", ".gif", ".webp", ".mov", ".mkv", ".avi", ".m4v")
_FAST_WRITERS = (None, "ffmpeg", "pillow")


class ReplayAnimation(FuncAnimation):
    """One frame an epoch.

    Parameters
    ----------
    scene
        What moves.
    epochs
        The epochs to show, in order.
    """

    def __init__(self, scene: Scene, epochs: Sequence[int]) -> None:
        self._scene = scene
        self._epochs = list(epochs)
        super().__init__(
            scene.figure,
            self._advance,
            frames=self._epochs,
            # Without it, the first live draw would move the plots to the first epoch.
            init_func=lambda: scene.moving,
            interval=_INTERVAL,
            blit=False,
            cache_frame_data=False,
        )

    def save(
        self,
        filename: str | os.PathLike[str],
        writer: AbstractMovieWriter | str | None = None,
        fps: int | None = None,
        dpi: float | None = None,
        codec: str | None = None,
        bitrate: int | None = None,
        extra_args: list[str] | None = None,
        metadata: dict[str, str] | None = None,
        extra_anim: list[Any] | None = None,
        savefig_kwargs: dict[str, Any] | None = None,
        *,
        progress_callback: Callable[[int, int], Any] | None = None,
    ) -> None:
        """Save as ``.mp4``, ``.gif`` or ``.webp``, or as one ``.png`` an epoch, with a progress bar on a terminal.

        Parameters are those of `matplotlib.animation.Animation.save`. Without a writer object and without `codec`,
        `bitrate`, `extra_args`, `metadata`, `extra_anim` and `savefig_kwargs`, only what moves is drawn for each
        frame; else, for ``.mov``, ``.mkv``, ``.avi`` and ``.m4v``, and where matplotlib's settings ``savefig.bbox``,
        ``savefig.facecolor`` or ``savefig.transparent`` ask for more, matplotlib saves.

        A ``.png`` needs the epoch in its name, as in ``"frames/{epoch:03}.png"``; the folder is made where there is
        none.

        Raises
        ------
        ArgumentValueError
            Neither the suffix nor `writer` or `codec` tell the format, or pictures of several epochs have one name, or
            `fps` or `dpi` is no positive number, or `dpi` leaves no pixels, or there is no `writer` of that name.
        StorageError
            The file can't be written. What was there under its name stays.
        """
        _check_positive("fps", fps)
        _check_positive("dpi", None if str(dpi) == "figure" else dpi)
        path = os.fspath(filename)
        suffix = os.path.splitext(path)[1].lower()
        if isinstance(writer, str) and writer not in _FAST_WRITERS and not writers.is_available(writer):
            raise ArgumentValueError(
                f"There is no `writer` {writer!r} here: choose from {', '.join(writers.list())}."
                f"{did_you_mean(writer, writers.list())}"
            )
        if writer is None and codec is None and suffix == ".png":
            options = {**({} if metadata is None else {"metadata": metadata}), **(savefig_kwargs or {})}
            self._save_pictures(path, dpi, options, progress_callback)
            return
        if writer is None and codec is None and suffix not in _SUFFIXES:
            raise ArgumentValueError(
                f"What {path!r} is to be is not told by its suffix: choose from {', '.join(_SUFFIXES)}, or .png with "
                "{epoch} in the name, or give a matplotlib `writer`."
            )
        # Other writers, of HTML or of pictures, make several files with names like the path's.
        whole = beside if suffix in _SUFFIXES else nullcontext
        special = (codec, bitrate, extra_args, metadata, extra_anim, savefig_kwargs)
        encoder = encoder_for(path) if isinstance(writer, (str, type(None))) and writer in _FAST_WRITERS else None
        can_be_fast = _settings_are_plain() and all(value is None for value in special)
        self._draw_was_started = True
        with self._scene.restored(), self._progress(progress_callback) as progress:
            if encoder is not None and can_be_fast:
                with self._drawing(dpi) as (blitter, painter):
                    frames = partial(self._frames, blitter, painter, progress)
                    encoder(path, frames, len(self._epochs), blitter.size, 1000 / _INTERVAL if fps is None else fps)
                return
            with mpl.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}), whole(path) as part:
                super().save(
                    part,
                    # Matplotlib's ffmpeg would make a video of it.
                    writer="pillow" if writer is None and codec is None and suffix == ".webp" else writer,
                    fps=fps,
                    dpi=dpi,
                    codec=codec,
                    bitrate=bitrate,
                    extra_args=extra_args,
                    metadata=metadata,
                    extra_anim=extra_anim,
                    savefig_kwargs=savefig_kwargs,
                    progress_callback=progress,
                )

    def to_html5_video(self, embed_limit: float | None = None) -> str:
        """HTML of the animation as an MP4, saved as `save` does; text instead above `embed_limit` megabytes.

        The limit is matplotlib's setting ``animation.embed_limit`` where it is left out.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "animation.mp4")
            self.save(path)
            video = base64.b64encode(path.read_bytes()).decode("ascii")
        limit = mpl.rcParams["animation.embed_limit"] if embed_limit is None else embed_limit
        if len(video) >= limit * 2**20:
            return "Video too large to embed."
        source = f'<source type="video/mp4" src="data:video/mp4;base64,{video}">'
        return f"<video controls autoplay loop>{source}Your browser does not show videos.</video>"

    def to_jshtml(self, fps: int | None = None, embed_frames: bool = True, default_mode: str | None = None) -> str:
        """Matplotlib's own, whole however large it is, and the plots left as they are."""
        self._draw_was_started = True
        with self._scene.restored(), mpl.rc_context({"animation.embed_limit": _NO_LIMIT}):
            return str(super().to_jshtml(fps, embed_frames, default_mode))

    def _repr_html_(self) -> str:
        return self.to_html5_video(_NO_LIMIT)

    def _advance(self, epoch: int) -> list[Artist]:
        self._scene.show(epoch)
        return self._scene.moving

    @contextmanager
    def _drawing(self, dpi: float | None) -> Iterator[tuple[Blitter, Executor]]:
        figure, moving = self._scene.figure, self._scene.moving
        # The setting may also be "figure".
        chosen = mpl.rcParams["savefig.dpi"] if dpi is None else dpi
        pixels = float(chosen) if isinstance(chosen, (int, float)) else figure.dpi
        # Where it can't be told what stands still, nothing is taken to: every frame is drawn in full.
        blitting = Blitter.on_pixels(figure, pixels, moving if can_blit(figure, moving) else [])
        # The painter ends before anything else is done with the figure, whatever happens.
        with blitting as blitter, ThreadPoolExecutor(1, "deepreplay-painter") as painter:
            if not min(blitter.size):
                raise ArgumentValueError(f"At a `dpi` of {pixels:g} the figure has no pixels: give a larger one.")
            yield blitter, painter

    def _save_pictures(
        self,
        pattern: str,
        dpi: float | None,
        options: dict[str, Any],
        callback: Callable[[int, int], Any] | None,
    ) -> None:
        try:
            paths = [pattern.format(epoch=epoch) for epoch in self._epochs]
        except (LookupError, ValueError, AttributeError) as error:
            raise ArgumentValueError(f"Only {{epoch}} can stand in the name of a picture; got {pattern!r}.") from error
        if len(set(paths)) < len(paths):
            raise ArgumentValueError(
                f"Pictures of {len(paths)} epochs can't all be named {pattern!r}: put the epoch in the name, as in "
                "'{epoch:03}.png'."
            )
        for folder in {os.path.dirname(path) for path in paths} - {""}:
            os.makedirs(folder, exist_ok=True)
        self._draw_was_started = True
        with self._scene.restored(), self._progress(callback) as progress:
            if options or not _settings_are_plain():
                options = options if dpi is None else {"dpi": dpi, **options}
                for position, (epoch, path) in enumerate(zip(self._epochs, paths, strict=True)):
                    with beside(path) as part:
                        self._scene.show(epoch).savefig(part, **options)
                    progress(position, len(paths))
                return
            with self._drawing(dpi) as (blitter, painter):
                for path, frame in zip(paths, self._frames(blitter, painter, progress), strict=True):
                    with beside(path) as part:
                        Image.frombytes("RGBA", blitter.size, bytes(frame)).save(part)

    def _frames(
        self,
        blitter: Blitter,
        painter: Executor,
        progress: Callable[[int, int], Any],
        only: Sequence[int] | None = None,
    ) -> Iterator[memoryview]:
        """Frames; those that are only looked at for their colours are no progress."""
        epochs = self._epochs if only is None else [self._epochs[position] for position in only]
        for position, frame in enumerate(self._painted(blitter, painter, epochs)):
            yield frame
            if only is None:
                progress(position, len(epochs))

    def _painted(self, blitter: Blitter, painter: Executor, epochs: Sequence[int]) -> Iterator[memoryview]:
        """Frames, each drawn by the painter while the one before it is used and the epoch after it is computed here.

        It is drawing that is done elsewhere, and not computing: a recording may be open to this thread alone.
        """
        context = contextvars.copy_context()

        def paint(epoch: int, computed: Sequence[Any]) -> memoryview:
            self._scene.show(epoch, computed)
            return blitter.frame()

        width, height = blitter.size
        frame = np.empty(4 * width * height, np.uint8)
        waiting: list[memoryview] = []
        computed = self._scene.computed(epochs[0])
        for epoch, following in zip(epochs, [*epochs[1:], None], strict=True):
            painted = painter.submit(context.run, paint, epoch, computed)
            yield from waiting
            if following is not None:
                computed = self._scene.computed(following)
            frame[:] = np.asarray(painted.result()).reshape(-1)
            waiting = [frame.data]
        yield from waiting

    @contextmanager
    def _progress(self, callback: Callable[[int, int], Any] | None) -> Iterator[Callable[[int, int], Any]]:
        # None: no bar where the output is no terminal.
        with tqdm(total=len(self._epochs), unit="frame", disable=None) as bar:

            def advance(frame: int, total: int) -> None:
                bar.update(frame + 1 - bar.n)
                if callback is not None:
                    callback(frame, total)

            yield advance


def _check_positive(name: str, value: Any) -> None:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if value is not None and not (number and 0 < value < float("inf")):
        raise ArgumentValueError(f"The `{name}` must be a positive number; got {value!r}.")


def _settings_are_plain() -> bool:
    """Whether a saved figure is all of the figure, in its own colours."""
    settings = mpl.rcParams
    own = settings["savefig.facecolor"] == "auto" and not settings["savefig.transparent"]
    return settings["savefig.bbox"] is None and own
