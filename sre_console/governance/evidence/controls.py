"""Which queries speak to which criteria, and what they do not show. Pure.

The subjects are our own few words; the criteria's texts are their publishers'. SOC 2: Trust Services
Criteria (2017, revised points of focus 2022). ISO: ISO/IEC 27001:2022, Annex A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Framework = Literal["SOC 2", "ISO 27001"]


@dataclass(frozen=True, slots=True)
class Control:
    framework: Framework
    id: str
    subject: str
    queries: tuple[str, ...]  # of sre_console.governance.evidence.queries
    gap: str  # what these records do not show

    @property
    def anchor(self) -> str:
        return f"{self.framework} {self.id}".lower().replace(" ", "-").replace(".", "-")


def _soc(id_: str, subject: str, queries: str, gap: str) -> Control:
    return Control("SOC 2", id_, subject, tuple(queries.split()), gap)


def _iso(id_: str, subject: str, queries: str, gap: str) -> Control:
    return Control("ISO 27001", id_, subject, tuple(queries.split()), gap)


CONTROLS: tuple[Control, ...] = (
    _soc("CC6.1", "restricting who reaches systems and data", "people role_changes sign_ins tokens", "Access to the database, the cluster and the network around this system."),
    _soc("CC6.2", "giving and taking away accounts", "people people_changes role_changes", "Whether somebody who left the organisation was told of here in time."),
    _soc("CC6.3", "access by role, and its review", "role_changes access_reviews people", "Duties that have to be apart outside of this system."),
    _soc("CC6.6", "keeping outsiders out", "sign_ins second_factors", "Firewalls, proxies and what they turned away."),
    _soc("CC6.8", "unwanted software kept out", "deployments dependencies", "Scans of images and machines: they are the pipeline's."),
    _soc("CC7.1", "noticing weaknesses and changed settings", "deployments dependencies", "Scans for weaknesses of anything but this system."),
    _soc("CC7.2", "watching for what is out of the ordinary", "alerts slos audit_chain", "Signals that no rule here measures."),
    _soc("CC7.3", "judging what was noticed", "incidents alerts", "Whether a severity was right."),
    _soc("CC7.4", "answering incidents", "incidents game_days lever", "What was said outside of this system."),
    _soc("CC7.5", "recovering, and learning from it", "post_mortems action_items game_days", "Whether an action item changed anything."),
    _soc("CC8.1", "changes that are authorised and traceable", "changes deployments faults approvals", "Reviews of code: they are with its repository."),
    _soc("A1.2", "capacity, protection of the surroundings, and backups", "slos backups", "The surroundings: power, buildings, providers."),
    _soc("A1.3", "recovery that was tried out", "restores disaster_drills game_days drills backups", "Recovery of whatever is not in this database."),
    _iso("5.15", "rules for access", "people role_changes", "The organisation's own rules; here is what they came to in this system."),
    _iso("5.16", "identities from first to last day", "people_changes people", "Identities outside of this system."),
    _iso("5.17", "keeping passwords and other proofs safe", "second_factors sign_ins", "How people keep their passwords."),
    _iso("5.18", "rights given, reviewed, taken away", "role_changes access_reviews people", "Rights outside of this system."),
    _iso("5.24", "being prepared for incidents", "game_days drills", "Plans that stand elsewhere; runbooks are shown in the console."),
    _iso("5.25", "deciding what is an incident", "alerts incidents", "Security events that raise no alert here."),
    _iso("5.26", "answering incidents as planned", "incidents", "Whether the plan was a good one."),
    _iso("5.27", "learning from incidents", "post_mortems action_items", "What was learned and not written down."),
    _iso("5.28", "keeping what may be needed as proof", "audit_chain exports", "Custody after an export: note its digest elsewhere."),
    _iso("5.29", "being safe while things are disrupted", "disaster_drills incidents", "Plans of the organisation beyond this system."),
    _iso("5.30", "being ready to go on after a disaster", "restores disaster_drills backups", "What the business can bear: 4 h and 1 h are this system's promise."),
    _iso("8.2", "few who may do everything", "people role_changes", "Owners of the database and the machines."),
    _iso("8.3", "no more access than needed", "people tokens", "Whether somebody needs what they have: that is what a review is for."),
    _iso("8.5", "signing in safely", "sign_ins second_factors", "Signing in at an identity provider, beyond what it tells here."),
    _iso("8.8", "known weaknesses", "dependencies", "Everything: the audit of dependencies runs in the pipeline."),
    _iso("8.9", "settings under control", "deployments", "Settings of the database, the cluster and the proxies."),
    _iso("8.13", "backups", "backups restores", "Backups of anything but this database, and who holds their keys."),
    _iso("8.15", "logs, and their protection", "audit_chain exports", "Logs of other systems."),
    _iso("8.16", "monitoring", "alerts slos", "Signals that no rule here measures."),
    _iso("8.17", "one time for all", "clock", "The clock of the database server itself."),
    _iso("8.25", "building software safely", "deployments dependencies", "How code is written and reviewed: it is with its repository."),
    _iso("8.28", "code written safely", "dependencies", "Everything: linters and scans run in the pipeline."),
    _iso("8.32", "changes under control", "changes deployments faults approvals", "Approvals of code changes: they are with its repository."),
)  # fmt: skip
