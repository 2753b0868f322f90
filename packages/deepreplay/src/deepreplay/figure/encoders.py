"""Frames into files: MP4 and WebP through ffmpeg, GIF through Pillow."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeAlias

import imageio_ffmpeg
import numpy as np
from PIL import Image

from deepreplay.errors import StorageError
from deepreplay.figure.files import beside

__all__ = ["Encoder", "Frames", "encode_gif", "encode_mp4", "encode_webp", "encoder_for"]

Frames: TypeAlias = "Callable[..., Iterator[memoryview]]"
"""Gives the frames from the first on, each RGBA; each is valid until the next. With ``only=``, those at positions."""

Encoder: TypeAlias = "Callable[[str, Frames, int, tuple[int, int], float], None]"
"""``encode(path, frames, count, (width, height), fps)``."""

_COLORS = 128
_PALETTE_SAMPLES = 8


def encode_mp4(path: str, frames: Frames, count: int, size: tuple[int, int], fps: float) -> None:
    """H.264 that every player shows. It needs even sides: an odd one gets a white line.

    Raises
    ------
    StorageError
        ffmpeg could not write it.
    """
    _through_ffmpeg(
        path,
        frames,
        size,
        fps,
        *("-c:v", "libx264", "-preset", "medium", "-pix_fmt", "yuv420p"),
        *("-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-movflags", "+faststart"),
    )


def encode_webp(path: str, frames: Frames, count: int, size: tuple[int, int], fps: float) -> None:
    """Animated WebP without loss, which loops.

    Raises
    ------
    StorageError
        ffmpeg could not write it.
    """
    _through_ffmpeg(path, frames, size, fps, "-c:v", "libwebp_anim", "-lossless", "1", "-pix_fmt", "bgra", "-loop", "0")


def _through_ffmpeg(path: str, frames: Frames, size: tuple[int, int], fps: float, *options: str) -> None:
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "-"),
        *("-an", *options),
    ]
    with beside(path) as part, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, f"file:{part}"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _feed(process, frames)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.wait() != 0:
            said.seek(0)
            raise StorageError(f"ffmpeg could not write {path!r}: {said.read().decode(errors='replace').strip()}")


def _feed(process: subprocess.Popen[bytes], frames: Frames) -> None:
    if process.stdin is None:
        return
    # ffmpeg that gives up says why when it ends.
    with suppress(BrokenPipeError), process.stdin:
        for frame in frames():
            process.stdin.write(frame)


def encode_gif(path: str, frames: Frames, count: int, size: tuple[int, int], fps: float) -> None:
    """GIF with one palette for all frames, from a few of them: smaller than a palette each, and it does not flicker."""
    palette = _palette(frames, count, size)
    reduced = _Reduction(palette)
    images = (reduced(_image(frame, size)) for frame in frames())
    first = next(images)
    with beside(path) as part:
        first.save(part, format="GIF", save_all=True, append_images=images, duration=round(1000 / fps), loop=0)


def _palette(frames: Frames, count: int, size: tuple[int, int]) -> Image.Image:
    wanted = sorted({round(i * (count - 1) / (_PALETTE_SAMPLES - 1)) for i in range(_PALETTE_SAMPLES)})
    samples = [_image(frame, size) for frame in frames(only=wanted)]
    sheet = Image.new("RGB", (size[0], size[1] * len(samples)))
    for i, sample in enumerate(samples):
        sheet.paste(sample, (0, i * size[1]))
    return sheet.quantize(colors=_COLORS, dither=Image.Dither.NONE)


class _Reduction:
    """Gives each pixel the nearest colour of a palette. Pillow's own way is up to four off: white would be grey."""

    def __init__(self, palette: Image.Image) -> None:
        self._flat = palette.getpalette() or []
        self._colours = np.reshape(self._flat, (-1, 3)).astype(np.int32)
        self._known = np.full(1 << 24, -1, dtype=np.int16)

    def __call__(self, image: Image.Image) -> Image.Image:
        red, green, blue = np.moveaxis(np.asarray(image).astype(np.int32), -1, 0)
        pixels = red << 16 | green << 8 | blue
        found = self._known[pixels]
        if (found < 0).any():
            self._learn(np.unique(pixels[found < 0]))
            found = self._known[pixels]
        reduced = Image.fromarray(found.astype(np.uint8))
        reduced.putpalette(self._flat)
        return reduced

    def _learn(self, pixels: np.ndarray) -> None:
        nearest, least = np.zeros(len(pixels), np.int16), np.full(len(pixels), np.iinfo(np.int32).max)
        for number, (red, green, blue) in enumerate(self._colours):
            away = ((pixels >> 16) - red) ** 2 + ((pixels >> 8 & 255) - green) ** 2 + ((pixels & 255) - blue) ** 2
            nearest[away < least] = number
            least = np.minimum(away, least)
        self._known[pixels] = nearest


def _image(frame: memoryview, size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("RGBA", size, bytes(frame)).convert("RGB")


_ENCODERS: dict[str, Encoder] = {".mp4": encode_mp4, ".gif": encode_gif, ".webp": encode_webp}


def encoder_for(path: str) -> Encoder | None:
    """The encoder for a file's suffix; None where there is none."""
    return _ENCODERS.get(os.path.splitext(path)[1].lower())
