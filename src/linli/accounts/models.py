"""The account: who signs in. What a person may do is not here: it is computed from mandates (``linli.ground.mandates``)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account. ``password`` None means that nobody can sign in until a slip sets one."""
        user = User(username=User.normalize_username(username).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Usernames are compared in lower case."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """One human being's account. Never shared: the journal names it."""

    LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

    username = models.CharField(_("user name"), max_length=60, unique=True)
    display_name = models.CharField(_("name"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """The name shown in the page head."""
        return self.display_name
