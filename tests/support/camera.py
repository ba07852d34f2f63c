"""A film for Chromium's fake camera, from pictures: motion JPEG with 4:2:0 chroma (others show as silent green)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE = (1280, 720)


def frame(card: Image, *, share: float = 0.6, background: str = "#8a8f94") -> Image:
    """A camera's view of `card`: scaled to `share` of the picture's height, on a grey table. 1280 × 720 pixels."""
    # reason: Pillow is a tool of the tests; what only needs `write` should not load it twice
    from PIL import Image as Pictures

    view = Pictures.new("RGB", SIZE, background)
    height = int(SIZE[1] * share)
    width = max(1, round(card.width * height / card.height))
    if width > SIZE[0]:
        width, height = SIZE[0], max(1, round(card.height * SIZE[0] / card.width))
    picture = card.convert("RGB").resize((width, height))
    view.paste(picture, ((SIZE[0] - width) // 2, (SIZE[1] - height) // 2))
    return view


def write(frames: Iterable[Image], path: Path, *, repeat: int = 30) -> Path:
    """Write the frames, each `repeat` times, as an MJPEG that Chromium plays in a loop; returns the path."""
    with path.open("wb") as film:
        for picture in frames:
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "JPEG", quality=92, subsampling="4:2:0")
            film.write(buffer.getvalue() * repeat)
    return path
