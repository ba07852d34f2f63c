"""The account: who signs in. What a person may do is not here: it is computed from mandates (``linli.ground.mandates``)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin

from linli.accounts import totp
from linli.kernel.ids import uuid7

if TYPE_CHECKING:
    from linli.accounts.sessions import SessionStore


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


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # django-otp ships no types
    """One human being's account. Never shared: the journal names it."""

    LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

    username = models.CharField(_("user name"), max_length=60, unique=True)
    display_name = models.CharField(_("name"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    home = models.BigIntegerField(
        null=True, blank=True, help_text="the neighbourhood that made the account: an id of the ground, no foreign key"
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """The name shown in the page head."""
        return self.display_name


class Founding(models.Model):
    """The one row that says that this installation was set up: two first accounts at the same moment cannot both insert it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(name="founded_once", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.at.isoformat()


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that suspending an account ends its sessions at once."""

    user = models.BigIntegerField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"session of {self.user}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """The store that writes ``user``."""
        from linli.accounts.sessions import SessionStore  # the store is imported by Django before the models are

        return SessionStore


class Slip(models.Model):
    """A one-time permission on paper: to set a password, or to take the second factor away. Spent by POST, dead after a day."""

    class Purpose(models.TextChoices):
        """Closed list."""

        PASSWORD = "password", _("set a password")
        SECOND_FACTOR = "second_factor", _("set the second factor anew")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="slips")
    purpose = models.CharField(max_length=15, choices=Purpose.choices)
    digest = models.CharField(
        max_length=64, unique=True, help_text="keyed hash of the code; the code is only on the paper"
    )
    made_by = models.BigIntegerField(null=True, help_text="accounts.User id; null: the command line")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Authenticator(ThrottlingMixin, Device):
    """The second factor: time-based one-time codes (RFC 6238). The secret is sealed; a code works once; failures slow down."""

    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=-1, help_text="the 30-second step of the last code that was accepted")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="authenticator_one_a_user")]

    def get_throttle_factor(self) -> float:
        """Seconds of the first wait; doubles with every failure."""
        return 1.0

    def secret(self) -> bytes:
        """The shared secret, unsealed."""
        return totp.unseal_secret(self.sealed)


class RecoveryCode(models.Model):
    """One of the ten printed codes that stand in for a lost phone, each once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class ApiToken(models.Model):
    """What lets another system in, for one neighbourhood: only a keyed hash of it is kept. What it may do is computed at each use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    neighbourhood = models.BigIntegerField(help_text="an id of the ground, no foreign key")
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    tail = models.CharField(max_length=4, help_text="the last characters, to tell tokens apart")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["neighbourhood", "-made_at"], name="apitoken_place")]

    def __str__(self) -> str:
        return f"token {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether it may still be used: not revoked, not past its end."""
        return self.revoked_at is None and now < self.expires_at
