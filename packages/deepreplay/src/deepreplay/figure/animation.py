"""The animation of a scene: matplotlib's own, with a faster way to save."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import imageio_ffmpeg
import matplotlib as mpl
from matplotlib.animation import AbstractMovieWriter, FuncAnimation
from tqdm import tqdm  # type: ignore[import-untyped]

from deepreplay.errors import ArgumentValueError
from deepreplay.figure.canvas import Blitter, can_blit
from deepreplay.figure.encoders import Encoder, encoder_for

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
        frame; else, and for ``.mov``, ``.mkv``, ``.avi`` and ``.m4v``, matplotlib saves.

        A ``.png`` needs the epoch in its name, as in ``"frames/{epoch:03}.png"``; the folder is made where there is
        none.

        Raises
        ------
        ArgumentValueError
            Neither the suffix nor `writer` or `codec` tell the format, or pictures of several epochs have one name.
        """
        path = os.fspath(filename)
        suffix = os.path.splitext(path)[1].lower()
        if writer is None and codec is None and suffix == ".png":
            self._save_pictures(path, dpi, savefig_kwargs, progress_callback)
            return
        if writer is None and codec is None and suffix not in _SUFFIXES:
            raise ArgumentValueError(
                f"What {path!r} is to be is not told by its suffix: choose from {', '.join(_SUFFIXES)}, or .png with "
                "{epoch} in the name, or give a matplotlib `writer`."
            )
        special = (codec, bitrate, extra_args, metadata, extra_anim, savefig_kwargs)
        encoder = encoder_for(path) if isinstance(writer, (str, type(None))) and writer in _FAST_WRITERS else None
        can_be_fast = encoder is not None and all(value is None for value in special)
        self._draw_was_started = True
        with self._scene.restored(), self._progress(progress_callback) as progress:
            if encoder is not None and can_be_fast and can_blit(self._scene.figure, self._scene.moving):
                self._save_fast(path, encoder, 1000 / _INTERVAL if fps is None else fps, dpi, progress)
                return
            with mpl.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
                super().save(
                    path,
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
        """Matplotlib's own, with the ffmpeg that comes with this package, and the plots left as they are."""
        with self._undisturbed():
            return str(super().to_html5_video(embed_limit))

    def to_jshtml(self, fps: int | None = None, embed_frames: bool = True, default_mode: str | None = None) -> str:
        """Matplotlib's own, whole however large it is, and the plots left as they are."""
        with self._undisturbed(), mpl.rc_context({"animation.embed_limit": _NO_LIMIT}):
            return str(super().to_jshtml(fps, embed_frames, default_mode))

    def _repr_html_(self) -> str:
        return self.to_html5_video(_NO_LIMIT)

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        self._draw_was_started = True
        with self._scene.restored(), mpl.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
            yield

    def _advance(self, epoch: int) -> list[Artist]:
        self._scene.show(epoch)
        return self._scene.moving

    def _save_fast(
        self, path: str, encoder: Encoder, fps: float, dpi: float | None, progress: Callable[[int, int], Any]
    ) -> None:
        figure = self._scene.figure
        # The setting may also be "figure".
        chosen = mpl.rcParams["savefig.dpi"] if dpi is None else dpi
        pixels = float(chosen) if isinstance(chosen, (int, float)) else figure.dpi
        with Blitter.on_pixels(figure, pixels, self._scene.moving) as blitter:
            encoder(path, partial(self._frames, blitter, progress), len(self._epochs), blitter.size, fps)

    def _save_pictures(
        self,
        pattern: str,
        dpi: float | None,
        savefig_kwargs: dict[str, Any] | None,
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
        options = dict(savefig_kwargs or {})
        if dpi is not None:
            options["dpi"] = dpi
        self._draw_was_started = True
        with self._scene.restored(), self._progress(callback) as progress:
            for position, (epoch, path) in enumerate(zip(self._epochs, paths, strict=True)):
                os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
                self._scene.show(epoch).savefig(path, **options)
                progress(position, len(paths))

    def _frames(
        self, blitter: Blitter, progress: Callable[[int, int], Any], only: Sequence[int] | None = None
    ) -> Iterator[memoryview]:
        for position in range(len(self._epochs)) if only is None else only:
            self._scene.show(self._epochs[position])
            yield blitter.frame()
            # Those that are only looked at for their colours are no progress.
            if only is None:
                progress(position, len(self._epochs))

    @contextmanager
    def _progress(self, callback: Callable[[int, int], Any] | None) -> Iterator[Callable[[int, int], Any]]:
        # None: no bar where the output is no terminal.
        with tqdm(total=len(self._epochs), unit="frame", disable=None) as bar:

            def advance(frame: int, total: int) -> None:
                bar.update(frame + 1 - bar.n)
                if callback is not None:
                    callback(frame, total)

            yield advance
