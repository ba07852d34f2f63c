"""Whether an address asked for anything of what a request brought: fields of its query or its form, its body.

Who asks for nothing cannot answer otherwise whatever is sent, so a walk with garbage need not send it all. The whole path, which every
page hands on to the form that changes the language, does not count: it is encoded, letters and digits whatever was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django import http
from django.core.handlers import wsgi
from django.http import HttpRequest, QueryDict, request

READERS = (
    "__contains__", "__eq__", "__getitem__", "__iter__", "__len__", "__or__", "_getlist", "copy", "dict", "get", "getlist", "items",
    "keys", "lists", "urlencode", "values",
)  # fmt: skip
"""Ways to look into what was sent; ``bool()`` goes by the length."""


class Asked:
    """Notes whether anything was asked for since it was told to forget."""

    def __init__(self) -> None:
        self.anything = False

    def dictionary(self) -> type[QueryDict]:
        """A ``QueryDict`` that notes who looks into it; not while Django fills it."""

        def noted(name: str) -> Callable[..., Any]:
            read = getattr(QueryDict, name)

            def reader(fields: QueryDict, *args: Any, **more: Any) -> Any:
                self.anything = self.anything or not fields._mutable
                return read(fields, *args, **more)

            return reader

        return type("NotedQueryDict", (QueryDict,), {name: noted(name) for name in READERS})

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within the block what requests bring is watched."""
        body = HttpRequest.body.fget  # type: ignore[attr-defined]

        def read_body(asking: HttpRequest) -> bytes:
            self.anything = True
            return bytes(body(asking))

        fields = self.dictionary()
        with (
            mock.patch.object(wsgi, "QueryDict", fields),
            mock.patch.object(request, "QueryDict", fields),
            mock.patch.object(http, "QueryDict", fields),  # whence the parser of forms takes it
            mock.patch.object(HttpRequest, "body", property(read_body)),
        ):
            yield
