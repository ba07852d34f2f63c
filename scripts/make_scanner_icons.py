"""Draw the scanner's icons: a gate with a tick. Run again only when the drawing changes; the PNG files are committed."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[1] / "src" / "linli" / "scanner" / "static" / "scanner" / "icons"
GROUND, WHITE = "#0a5248", "#ffffff"
LARGE = 1024


def drawing(inset: float) -> Image.Image:
    """The icon at 1024 px; ``inset`` is the free margin as a share (maskable icons are cut by the phone)."""
    picture = Image.new("RGB", (LARGE, LARGE), GROUND)
    pen = ImageDraw.Draw(picture)

    def at(x: float, y: float) -> tuple[int, int]:
        return tuple(round(LARGE * (inset + value * (1 - 2 * inset))) for value in (x, y))  # type: ignore[return-value]

    width = round(LARGE * 0.075 * (1 - inset))
    pen.line([at(0.08, 0.95), at(0.08, 0.2), at(0.92, 0.2), at(0.92, 0.95)], fill=WHITE, width=width, joint="curve")
    pen.line([at(0.0, 0.2), at(1.0, 0.2)], fill=WHITE, width=width)
    pen.line([at(0.28, 0.6), at(0.44, 0.77), at(0.74, 0.42)], fill=WHITE, width=round(width * 1.4), joint="curve")
    return picture


def main() -> None:
    """Write every size that the manifest and iOS name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    plain, safe = drawing(0.18), drawing(0.26)
    for name, picture, size in (("192", plain, 192), ("512", plain, 512), ("180", plain, 180), ("maskable", safe, 512)):
        small = picture.resize((size, size), Image.Resampling.LANCZOS).quantize(32)
        small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
