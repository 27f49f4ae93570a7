"""The tables of the pages: sorted, filtered and linked by the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.chaos.rows import database_now
from sre_console.incidents.catalogue import catalogue
from sre_console.models import AlertPeriod, AlertState, Incident, IncidentAlert
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db
Make = Callable[..., Incident]


@pytest.fixture
def client(viewer: User) -> Client:
    return signed_in(viewer)


@pytest.fixture
def make(db: None) -> Make:
    """Incidents: resolved unless said otherwise, each an hour older than the one before."""
    made: list[Incident] = []

    def incident(*, lasted: int = 60, alert: str = "", **fields: object) -> Incident:
        opened = database_now() - timedelta(hours=len(made) + 1)
        given: dict[str, object] = {
            "service": "users", "title": f"number {len(made)}", "severity": "ticket",
            "state": "resolved", "began_at": opened, "opened_at": opened,
            "resolved_at": opened + timedelta(seconds=lasted),
        }  # fmt: skip
        if fields.get("state", "resolved") != "resolved":
            given["resolved_at"] = None
        row = Incident.objects.create(**(given | fields))
        if alert:
            IncidentAlert.objects.create(
                incident=row, fingerprint=alert, name=alert, severity="page",
                source="ironclad", summary="s", joined_at=opened, fired_at=opened,
            )  # fmt: skip
        made.append(row)
        return row

    return incident


def listed(client: Client, query: str = "") -> list[int]:
    page = client.get(f"/console/incidents{query}")
    assert page.status_code == 200
    return [int(n) for n in re.findall(r'data-incident="(\d+)"', page.text)]


def rules(client: Client, query: str = "") -> list[tuple[str, str]]:
    page = client.get(f"/console/alerts{query}")
    assert page.status_code == 200
    return re.findall(r'data-alert="(\w+)" data-slo="([\w-]*)"', page.text)


def heads(page: str) -> dict[str, str]:
    """The address of each sortable head, by the word in it."""
    found = re.findall(r'<a class="sort" id="[\w-]+" href="([^"]+)">([^<]+)<', page)
    return {word: unescape(href) for href, word in found}


# -- incidents --------------------------------------------------------------------------------


def test_severities_are_sorted_by_how_grave_they_are(
    client: Client, make: Make
) -> None:
    order = ("ticket", "page", "warning", "critical")
    known = {severity: make(severity=severity).pk for severity in order}
    gravest = [known[s] for s in ("page", "critical", "ticket", "warning")]
    assert listed(client, "?sort=-severity") == gravest
    assert listed(client, "?sort=severity") == gravest[::-1]


def test_states_are_sorted_by_how_far_they_are(client: Client, make: Make) -> None:
    states = ("resolved", "acknowledged", "open", "mitigated")
    known = {state: make(state=state, service=state).pk for state in states}
    first = [known[s] for s in ("open", "acknowledged", "mitigated", "resolved")]
    assert listed(client, "?sort=state") == first
    assert listed(client, "?sort=-state") == first[::-1]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "012"),
        ("-openedAt", "012"),
        ("openedAt", "210"),
        ("title", "120"),
        ("-title", "021"),
        ("service", "201"),
        ("lasted", "102"),
        ("-lasted", "201"),
        ("owner", "021"),  # who has none comes last
        ("-owner", "201"),
    ],
)
def test_the_other_columns(
    client: Client, make: Make, sort: str, expected: str
) -> None:
    made = [
        make(title="c", service="b", lasted=60, owner="ada").pk,
        make(title="a", service="c", lasted=5).pk,
        make(title="b", service="a", state="open", owner="ben").pk,
    ]
    assert listed(client, f"?sort={sort}") == [made[int(n)] for n in expected]


def test_incidents_are_found_by_title_or_alert(client: Client, make: Make) -> None:
    burns = make(title="The budget BURNS at 50 %").pk
    slow = make(title="Slow", alert="HighLatency").pk
    assert listed(client, "?q=budget burns") == [burns]
    assert listed(client, "?q=highlat") == [slow]
    assert listed(client, "?q=50 %") == [burns]
    assert listed(client, "?q=_") == []  # no wildcard
    assert listed(client, "?q=+") == [burns, slow]


def test_incidents_are_found_by_the_days_they_opened_in(
    client: Client, make: Make
) -> None:
    def opened(text: str) -> int:
        row = make()
        Incident.objects.filter(pk=row.pk).update(opened_at=f"{text}+00:00")
        return row.pk

    first = opened("2026-01-30 23:59:59.999")
    begin, end = opened("2026-01-31 00:00"), opened("2026-01-31 23:59:59.999")
    after = opened("2026-02-01 00:00")
    assert listed(client, "?from=2026-01-31&to=2026-01-31") == [end, begin]
    assert listed(client, "?from=2026-01-31") == [after, end, begin]
    assert listed(client, "?to=2026-01-31") == [end, begin, first]
    assert listed(client, "?from=2026-02-02&to=2026-01-01") == []
    assert listed(client, "?to=9999-12-31") == [after, end, begin, first]


@pytest.mark.parametrize(
    "query",
    [
        "sort=lost", "sort=-", "sort=--title", "sort=id,title", "from=yesterday",
        "from=2026-02-30", "to=20260131", "to=2026-01-31T00:00:00Z", "q=%00",
        "state=lost", f"q={'x' * 256}",
    ],
)  # fmt: skip
def test_a_bad_question_is_refused(client: Client, make: Make, query: str) -> None:
    answer = client.get(f"/console/incidents?{query}")
    assert answer.status_code == 400
    assert "could not be read" in answer.text


def test_the_csv_is_of_what_is_shown(client: Client, make: Make) -> None:
    make(severity="page", title="b", alert="HighLatency")
    make(severity="page", title="a")
    make(title="c")
    page = client.get("/console/incidents?severity=page&sort=title&page=1").text
    [link] = re.findall(r'href="([^"]+format=csv[^"]*)"', page)
    assert "page=" not in link
    table = client.get(unescape(link)).text.splitlines()
    assert [line.split(",")[1] for line in table] == ["title", "a", "b"]
    assert ",HighLatency," in table[2]


def test_links_keep_the_other_parameters(client: Client, make: Make) -> None:
    for _ in range(51):
        make()
    page = client.get("/console/incidents?state=resolved&q=number&sort=-lasted").text
    links = heads(page)
    assert links["Lasted"] == (
        "/console/incidents?state=resolved&q=number&sort=lasted#sort-lasted"
    )
    assert "sort=-severity#sort-severity" in links["Severity"]
    assert "state=resolved&q=number&sort=-lasted&page=2" in unescape(page)
    assert page.count('aria-sort="descending"') == 1
    assert '<input type="hidden" name="sort" value="-lasted">' in page
    second = client.get("/console/incidents?state=resolved&sort=-lasted&page=2").text
    assert "page=" not in heads(second)["Incident"]
    assert second.count("data-incident=") == 1


def test_a_page_asks_as_the_rest_list_does(client: Client, make: Make) -> None:
    page = unescape(
        client.get("/console/incidents?severity=page&sort=-lasted&x=1").text
    )
    assert 'data-curl="/api/incidents?severity=page&ordering=-lasted"' in page


def test_what_is_asked_stays_text(client: Client, make: Make) -> None:
    asked = '"><script>alert(1)</script>'
    assert "<script>alert" not in client.get("/console/incidents", {"q": asked}).text
    assert "<script>alert" not in client.get("/console/alerts", {"q": asked}).text


# -- alerts -----------------------------------------------------------------------------------


def test_rules_are_sorted_by_rank_not_by_letter(client: Client) -> None:
    AlertState.objects.create(name="NoTraffic", state="pending")
    AlertState.objects.create(name="HighLatency", state="firing", since=database_now())
    assert [name for name, _ in rules(client, "?sort=-state")[:2]] == [
        "HighLatency", "NoTraffic",
    ]  # fmt: skip
    assert [name for name, _ in rules(client, "?sort=state")[-2:]] == [
        "NoTraffic", "HighLatency",
    ]  # fmt: skip
    rank = {rule.key: rule.severity for rule in catalogue().rules}
    severities = [rank[key] for key in rules(client, "?sort=-severity")]
    assert list(dict.fromkeys(severities)) == ["page", "critical", "ticket", "warning"]
    assert rules(client, "?sort=-since")[0] == ("HighLatency", "")
    assert rules(client, "?sort=since")[0] == (
        "HighLatency",
        "",
    )  # the others have none


def test_rules_are_sorted_by_name_slo_and_threshold(client: Client) -> None:
    names = [name for name, _ in rules(client, "?sort=name")]
    assert names == sorted(names)
    slos = [slo for _, slo in rules(client, "?sort=-slo") if slo]
    assert slos == sorted(slos, reverse=True)
    assert rules(client, "?sort=slo")[-1][1] == ""
    burns = rules(client, "?sort=-threshold&q=burn")
    assert [name for name, _ in burns[::3]] == [
        "ErrorBudgetBurn1h", "ErrorBudgetBurn6h", "ErrorBudgetBurn1d",
        "ErrorBudgetBurn3d",
    ]  # fmt: skip
    assert len(rules(client, "?sort=-value")) == 40


def test_rules_are_filtered(client: Client) -> None:
    AlertState.objects.create(name="NoTraffic", state="firing")
    assert rules(client, "?state=firing") == [("NoTraffic", "")]
    latency = rules(client, "?slo=latency&severity=page")
    assert latency == [
        ("ErrorBudgetBurn1h", "latency"),
        ("ErrorBudgetBurn6h", "latency"),
    ]
    assert rules(client, "?q=LEFTON") == [("FaultLeftOn", "")]
    assert rules(client, "?slo=lost") == []
    page = client.get("/console/alerts?q=nothing").text
    assert "No rule matches" in page
    assert "0 of 40 rules" in page
    assert "1 firing" in page


@pytest.mark.parametrize("query", ["sort=lost", "state=lost", "severity=high"])
def test_a_bad_question_about_rules_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/console/alerts?{query}").status_code == 400
    assert client.get(f"/console/alerts?{query}&format=csv").status_code == 400


def test_the_csv_of_rules_is_of_what_is_shown(client: Client) -> None:
    page = client.get("/console/alerts?slo=latency&sort=-name").text
    [link] = re.findall(r'href="([^"]+format=csv[^"]*)"', page)
    table = client.get(unescape(link)).text.splitlines()[1:]
    assert {line.split(",")[1] for line in table} == {"latency"}
    names = [line.split(",")[0] for line in table]
    assert names == sorted(names, reverse=True)
    assert heads(page)["State"] == "/console/alerts?slo=latency&sort=-state#sort-state"


def test_each_rule_has_a_place_of_its_own_to_link_to(client: Client) -> None:
    ids = re.findall(r' id="([^"]+)"', client.get("/console/alerts").text)
    assert len(ids) == len(set(ids))
    assert {"HighErrorRate", "ErrorBudgetBurn1h-latency"} <= set(ids)


def test_alerts_of_incidents_lead_to_their_rows(client: Client, make: Make) -> None:
    row = make(alert="HighErrorRate")
    burn = IncidentAlert.objects.get()
    burn.pk, burn.name, burn.slo = None, "ErrorBudgetBurn1h", "latency"
    burn.fingerprint = "burn"
    burn.save()
    burn.pk, burn.name, burn.slo, burn.fingerprint = None, "Foreign<", "", "foreign"
    burn.save()
    for path in ("incidents", f"incidents/{row.pk}"):
        page = client.get(f"/console/{path}").text
        assert 'href="/console/alerts#HighErrorRate"' in page
        assert 'href="/console/alerts#ErrorBudgetBurn1h-latency"' in page
        assert "Foreign&lt;" in page
        assert "#Foreign" not in page  # no rule here is about it


# -- the report -------------------------------------------------------------------------------


def period(name: str, *, times: int = 1, lasted: int = 60) -> None:
    for number in range(times):
        fired = database_now() - timedelta(minutes=30 + number)
        AlertPeriod.objects.create(
            name=name, severity="ticket", threshold=1, began_at=fired, fired_at=fired,
            ended_at=fired + timedelta(seconds=lasted),
        )  # fmt: skip


def rows_of(page: str, title: str) -> list[str]:
    """The heads of the rows of one panel."""
    part = page[page.index(f'id="{title}"') :].split("</section>", maxsplit=1)[0]
    cells = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', part)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def test_each_table_of_the_report_is_sorted_by_itself(
    client: Client, make: Make
) -> None:
    make(severity="ticket", title="b", lasted=5)
    make(severity="page", title="a", lasted=50)
    period("HighLatency", times=2, lasted=5)
    period("FaultLeftOn", lasted=50)
    page = client.get(
        "/console/reports?sort=-slo&incidents=-severity&rules=-lasted"
    ).text
    assert rows_of(page, "kept-title")[0] == "latency"
    assert [name[-1] for name in rows_of(page, "inc-title")] == ["a", "b"]
    assert rows_of(page, "noise-title") == ["FaultLeftOn", "HighLatency"]
    links = heads(page)
    assert "incidents=-severity" in links["Fired"]
    assert links["Fired"].endswith("rules=-fired#rules-fired")
    assert "seconds=" in links["SLO"]  # the period that is shown
    page = client.get("/console/reports?incidents=lasted&rules=-fired").text
    assert [name[-1] for name in rows_of(page, "inc-title")] == ["b", "a"]
    assert rows_of(page, "noise-title") == ["HighLatency", "FaultLeftOn"]
    assert 'href="/console/alerts#HighLatency"' in page


@pytest.mark.parametrize("query", ["sort=lost", "incidents=id", "rules=-lost"])
def test_a_column_that_the_report_has_not_is_refused(
    client: Client, query: str
) -> None:
    assert client.get(f"/console/reports?{query}").status_code == 400


def test_each_table_of_the_report_comes_as_csv(client: Client, make: Make) -> None:
    make(title="b")
    make(title="a")
    period("HighLatency")
    page = client.get("/console/reports?incidents=title&sort=-slo").text
    links = [
        unescape(link) for link in re.findall(r'href="([^"]+format=csv[^"]*)"', page)
    ]
    slos, incidents, noisy = (client.get(link).text.splitlines() for link in links)
    assert (len(slos), slos[1].split(",")[0]) == (7, "latency")
    assert [line.split(",")[1] for line in incidents] == ["title", "a", "b"]
    assert noisy[1].startswith("HighLatency,,1,0,")
