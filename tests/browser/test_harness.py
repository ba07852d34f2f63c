"""The browser suite's own instruments: what they should notice, they notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from linli.ground.testing import Cast
from tests.browser.conftest import PageAt
from tests.support import camera, chromium, phone

pytestmark = pytest.mark.django_db(transaction=True)
INLINE = (
    "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.head.append(s); }"
)


def test_a_violation_of_the_policy_is_noticed(cast: Cast, page_at: PageAt, complaints: chromium.Complaints) -> None:
    page = page_at()
    page.goto("/accounts/login/")
    assert complaints.unexpected() == []
    page.evaluate(INLINE)
    assert page.evaluate("() => window.ran === undefined")
    phone.eventually(page, lambda: any("Content Security Policy" in text for text in complaints.unexpected()))
    complaints.expect("Content Security Policy")


def test_an_uncaught_error_is_noticed(cast: Cast, page_at: PageAt, complaints: chromium.Complaints) -> None:
    page = page_at()
    page.goto("/accounts/login/")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken page') }, 0) }")
    phone.eventually(page, lambda: any("broken page" in text for text in complaints.unexpected()))
    complaints.expect("broken page")


@pytest.mark.parametrize(("width", "lang", "scheme"), [(360, "zh-hans", "light"), (1280, "en", "dark")])
def test_a_page_speaks_the_language_and_is_clean(
    cast: Cast, page_at: PageAt, axe: Callable[[Page], None], width: int, lang: str, scheme: str
) -> None:
    page = page_at(width, lang, scheme)
    page.goto("/accounts/login/")
    assert str(page.locator("html").get_attribute("lang")).lower().startswith(lang[:2])
    assert page.evaluate("() => window.isSecureContext")
    axe(page)


def test_an_inaccessible_page_is_noticed(cast: Cast, page_at: PageAt, axe: Callable[[Page], None]) -> None:
    page = page_at()
    page.goto("/accounts/login/")
    page.evaluate("() => { document.body.append(document.createElement('img'), document.createElement('button')) }")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_a_user_can_be_signed_in_without_the_form(cast: Cast, page_at: PageAt) -> None:
    page = page_at(as_user=cast.users["secretary"])
    page.goto("/")
    assert "login" not in page.url


def test_the_camera_plays_the_film(
    cast: Cast, camera_browser: Callable[[Path], Browser], live_server: object, tmp_path: Path
) -> None:
    film = camera.write([camera.frame(Image.new("RGB", (300, 200), "#c00000"))], tmp_path / "red.mjpeg")
    page = camera_browser(film).new_page()
    page.goto(f"{live_server}/accounts/login/")
    red, green, blue = page.evaluate(
        """async () => {
            const stream = await navigator.mediaDevices.getUserMedia({video: {width: 1280, height: 720}});
            const video = document.createElement('video');
            video.srcObject = stream;
            await video.play();
            await new Promise((done) => setTimeout(done, 500));
            const canvas = document.createElement('canvas');
            canvas.width = video.videoWidth; canvas.height = video.videoHeight;
            const pen = canvas.getContext('2d');
            pen.drawImage(video, 0, 0);
            return [...pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data].slice(0, 3);
        }"""
    )
    assert red > 150
    assert green < 60
    assert blue < 60
