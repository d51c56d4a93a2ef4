"""Who is asking: accounts and their role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything


class UserQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.ADMINISTRATOR: everything})

    def choosable_by(self, user: Any) -> "UserQuerySet":
        """GIE staff name any active colleague or partner as referent; everybody else only themselves."""
        active = self.filter(is_active=True)
        return active if getattr(user, "role", None) == Role.GIE_STAFF else active.filter(pk=user.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account whatever the letter case of the address typed."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; ``role`` is among ``fields``. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, known by e-mail address. What the person sees follows from the role and the organisations joined."""

    email = models.EmailField("adresse électronique", unique=True, error_messages={"unique": "Un compte existe déjà avec cette adresse."})
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_active = models.BooleanField("actif", default=True, help_text="Décochez pour fermer l'accès sans effacer le compte.")
    joined_at = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ("last_name", "first_name")

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the account in the one group of its role, which carries the rights on the public pages."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)
        if self.role:
            self.groups.set(Group.objects.filter(name=role_group_name(self.role)))

    @property
    def is_staff(self) -> bool:
        """Nobody enters Django's own administration."""
        return False

    @property
    def is_gie_staff(self) -> bool:
        return self.role == Role.GIE_STAFF

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


def role_group_name(role: str) -> str:
    """The name of the group that carries a role's rights on pages, images and documents."""
    label = str(Role(role).label)
    return label[0].upper() + label[1:]
