"""The form by which a roster is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties.models import Post

WEEK = 7
TIMES = ((20, _("20 seconds")), (60, _("1 minute")), (300, _("5 minutes")))


class ProposalForm(forms.Form):
    """Which posts, from when to when (both days included), how long to search."""

    posts = forms.MultipleChoiceField(label=_("Posts"), widget=forms.CheckboxSelectMultiple)
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(
        label=_("Until, this day included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    lead_each_time = forms.BooleanField(
        label=_("At each time somebody on duty can lead"), required=False, help_text=_("Among all posts chosen above.")
    )
    seconds = forms.TypedChoiceField(
        label=_("Search for"),
        choices=TIMES,
        coerce=int,
        initial=20,
        help_text=_("A longer search can find a more even roster. It can be ended early."),
    )

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(post.pk): post for post in posts}
        field = self.fields["posts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, post.label) for key, post in self.known.items()]
        field.initial = list(self.known)
        today = timezone.localdate()
        monday = today + timedelta(days=WEEK - today.weekday())
        self.fields["since"].initial = monday
        self.fields["last"].initial = monday + timedelta(days=WEEK - 1)

    def chosen(self) -> list[Post]:
        """The posts that were ticked."""
        return [self.known[key] for key in self.cleaned_data["posts"]]
