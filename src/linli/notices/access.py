"""Who opens which page: one's own notices need a mandate in the neighbourhood and no right beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse

View = Callable[..., HttpResponse]


def holds_anything(view: View) -> View:
    """Let a view run for whoever has a mandate in the chosen neighbourhood; 404 for everybody else."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **values: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.neighbourhood is None:
            raise Http404("no mandate here")
        return view(request, *args, **values)

    return guarded
