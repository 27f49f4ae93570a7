"""Everybody who has anything: read in a few queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Max

from ironclad.errors import NotFound
from sre_console.access.matrix import ROLES
from sre_console.accounts.policy import second_factor_required
from sre_console.accounts.tokens import live
from sre_console.models import (
    ApiToken,
    AuditEntry,
    ExternalIdentity,
    SecondFactor,
    Service,
    SignedIn,
)

# What changes somebody's access: the newest of them is when it was changed last.
CHANGES = (
    "person.added", "person.switched_on", "person.switched_off", "role.changed",
    "service.added", "service.handed_over", "password.reset", "second_factor.reset",
    "user.added", "user.changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TokenFacts:
    id: int
    name: str
    scopes: tuple[str, ...]
    created: datetime
    made_by: str
    expires: datetime | None
    used: datetime | None
    used_from: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person or a service, and all that lets them in."""

    id: int
    name: str
    service: bool
    owner: str  # who answers for a service
    owner_active: bool
    purpose: str
    role: str  # the one given, also while switched off; empty: none
    active: bool
    superuser: bool
    staff: bool
    permissions: int  # given beside the role, in the Django admin
    joined: datetime
    signed_in: datetime | None  # last
    changed: datetime | None  # their access, last
    sessions: int
    seen: datetime | None  # in a session that is alive
    second_factor: bool
    second_factor_required: bool
    bound: bool  # to an identity provider
    tokens: tuple[TokenFacts, ...]

    @property
    def used(self) -> datetime | None:
        """The last sign of life, whichever way."""
        known = [self.signed_in, self.seen, *(token.used for token in self.tokens)]
        return max((at for at in known if at is not None), default=None)


def people_facts() -> list[PersonFacts]:
    """By name."""
    users = User.objects.order_by("username").prefetch_related("groups")
    users = users.annotate(permissions=Count("user_permissions"))
    services = {each.user_id: each for each in Service.objects.select_related("owner")}
    tokens: dict[int, list[TokenFacts]] = defaultdict(list)
    for token in ApiToken.objects.filter(live()).order_by("name", "pk"):
        tokens[token.user_id].append(_token(token))
    sessions = {
        user: (count, seen)
        for user, count, seen in SignedIn.objects.alive()
        .order_by()
        .values_list("user")
        .annotate(Count("digest"), Max("seen_at"))
    }
    factors = set(SecondFactor.objects.values_list("user_id", flat=True))
    bound = set(ExternalIdentity.objects.values_list("user_id", flat=True))
    entries = AuditEntry.objects.filter(action__in=CHANGES).order_by()
    changed = dict(entries.values_list("subject").annotate(Max("at")))
    found = []
    for user in users:
        service = services.get(user.pk)
        role = _role(user)
        count, seen = sessions.get(user.pk, (0, None))
        found.append(
            PersonFacts(
                id=user.pk,
                name=user.get_username(),
                service=service is not None,
                owner=service.owner.get_username() if service else "",
                owner_active=service.owner.is_active if service else True,
                purpose=service.purpose if service else "",
                role=role,
                active=user.is_active,
                superuser=user.is_superuser,
                staff=user.is_staff,
                permissions=user.permissions,
                joined=user.date_joined,
                signed_in=user.last_login,
                changed=changed.get(user.get_username()),
                sessions=count,
                seen=seen,
                second_factor=user.pk in factors,
                second_factor_required=service is None and second_factor_required(role),
                bound=user.pk in bound,
                tokens=tuple(tokens[user.pk]),
            )
        )
    return found


def person_facts(number: int) -> PersonFacts:
    """Raises NotFound."""
    found = next((each for each in people_facts() if each.id == number), None)
    if found is None:
        raise NotFound
    return found


def person_get(number: int) -> User:
    """Raises NotFound."""
    found = User.objects.filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def _role(user: User) -> str:
    if user.is_superuser:
        return "administrator"
    held = {group.name for group in user.groups.all()}
    return next((role for role in ROLES if role in held), "")


def _token(token: ApiToken) -> TokenFacts:
    return TokenFacts(
        id=token.pk,
        name=token.name,
        scopes=tuple(token.scopes),
        created=token.created_at,
        made_by=token.made_by,
        expires=token.expires_at,
        used=token.last_used_at,
        used_from=token.last_used_from,
    )
