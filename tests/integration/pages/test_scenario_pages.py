"""The library, a scenario's page and its start, and the writing of scenarios."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sre_console.audit.services import audited
from sre_console.gamedays.running.stopping import game_days_stop_all
from sre_console.models import GameDay, GameDayBlock, StoredScenario
from tests.integration.gamedays.theatre import OPERATOR
from tests.integration.pages.conftest import signed_in
from tests.integration.pages.runs import SOURCE, over, run

pytestmark = pytest.mark.django_db
AT = "/console/game-days/scenarios/two-steps"


@pytest.fixture
def stored(db: None) -> StoredScenario:
    return StoredScenario.objects.create(
        name="two-steps", source=SOURCE, origin="own", updated_by="ada"
    )


@pytest.fixture
def client(operator: User) -> Client:
    return signed_in(operator)


def test_the_library_has_every_scenario_with_its_last_verdicts(
    client: Client, stored: StoredScenario
) -> None:
    one, two = over(), over(verdict="passed", score=1.0)
    page = client.get("/console/game-days").text
    assert 'data-scenario="progressive-errors"' in page
    card = page[page.index('data-scenario="two-steps"') :]
    card = card[: card.index("</article>")]
    assert "Two steps" in card
    assert "your own, by ada" in card
    assert "data-foretell" in card  # what it costs comes later
    assert f'/console/game-days/{one.pk}"' in card
    assert card.index(f"#{one.pk},") < card.index(f"#{two.pk},")


def test_what_it_costs_is_worked_out_beside_the_page(
    client: Client, stored: StoredScenario
) -> None:
    found = client.get("/console/game-days/forecasts").json()["data"]
    assert set(found["two-steps"]) == {"spends", "spends-of", "pages"}


def test_what_runs_now_is_on_top(client: Client) -> None:
    row = run()
    page = client.get("/console/game-days").text
    assert "What runs now" in page
    assert page.index(f'href="/console/game-days/{row.pk}"') < page.index("Scenarios<")


def test_after_stop_all_new_ones_are_blocked_until_somebody_says_why(
    client: Client, viewer: User
) -> None:
    row = run()
    with audited():
        game_days_stop_all(actor=OPERATOR, reason="smoke")
    page = client.get("/console/game-days").text
    assert "New game days are blocked" in page
    assert "olga pressed STOP ALL" in page
    assert f"game day #{row.pk} ended" in page
    watching = signed_in(viewer)
    assert "An operator releases them." in watching.get("/console/game-days").text
    assert watching.post("/console/game-days/release").status_code == 403
    refused = client.post("/console/game-days/release", {"reason": "a\x00b"})
    assert refused.status_code == 400
    client.post("/console/game-days/release", {"reason": "all is well"})
    assert GameDayBlock.objects.get().release_reason == "all is well"
    again = client.post("/console/game-days/release", {"reason": "twice"})
    assert again.status_code == 409


def test_a_scenarios_page_says_all_that_will_happen(
    client: Client, stored: StoredScenario
) -> None:
    page = client.get(AT).text
    assert "Three percent page." in page
    assert "within 30 s: HighErrorRate fires; counts 2×" in page  # noqa: RUF001
    assert "throughout: availability: budget left above 50 %" in page
    assert "as the step ends: HighErrorRate is quiet" in page
    assert "GET /health answers 200" in page
    assert "Ask the room." in page
    assert "Chaos budget" in page
    assert "It has never run here." in page
    assert "its seconds are real seconds" in page


def test_a_speed_shortens_what_is_told(client: Client, stored: StoredScenario) -> None:
    page = client.get(f"{AT}?speed=2&dry=1").text
    assert "within 15 s: HighErrorRate fires" in page
    assert "at 2 times its speed" in page
    assert 'value="2"' in page
    assert client.get(f"{AT}?speed=nan").status_code == 200


def test_a_dry_run_says_what_it_found_and_keeps_what_was_asked(
    client: Client, stored: StoredScenario
) -> None:
    page = client.get(f"{AT}?dry=1&speed=1&seed=&reason=").text
    assert "Dry run: it may start" in page
    assert 'name="unattended" value="1">' in page  # it was not ticked
    assert 'name="unattended" value="1" checked>' in client.get(AT).text
    run()
    page = client.get(f"{AT}?dry=1").text
    assert "It would be refused now" in page
    assert "is running" in page
    assert not GameDay.objects.filter(seed__gt=7).exists()


def test_it_starts_and_leads_to_its_run(client: Client, stored: StoredScenario) -> None:
    sent = {"speed": "2", "seed": "7", "reason": "friday", "unattended": "1"}
    answer = client.post(f"{AT}/start", sent)
    row = GameDay.objects.get()
    assert answer.headers["Location"] == f"/console/game-days/{row.pk}"
    assert (row.speed, row.seed, row.reason, row.unattended) == (2.0, 7, "friday", True)
    assert client.get(f"/console/game-days/{row.pk}").status_code == 200


def test_what_is_refused_is_told_on_the_page_with_what_was_asked(
    client: Client, stored: StoredScenario
) -> None:
    row = run()
    answer = client.post(f"{AT}/start", {"speed": "3", "reason": "friday"})
    assert answer.status_code == 409
    assert f"Game day {row.pk} (Two steps) is running" in answer.text
    assert 'value="friday"' in answer.text
    wrong = client.post(f"{AT}/start", {"seed": "many"})
    assert wrong.status_code == 400
    assert "seed must be a whole number." in wrong.text
    assert client.post(f"{AT}/start", {"reason": "a\x00b"}).status_code == 400


def test_a_viewer_sees_it_and_starts_nothing(
    viewer: User, stored: StoredScenario
) -> None:
    watching = signed_in(viewer)
    assert "Only an operator may start a game day." in watching.get(AT).text
    assert watching.post(f"{AT}/start").status_code == 403
    assert not GameDay.objects.exists()


def test_past_runs_are_listed_with_a_way_to_compare(
    client: Client, stored: StoredScenario
) -> None:
    one, two = over(), over()
    page = client.get(AT).text
    assert f"/console/game-days/compare?a={one.pk}&amp;b={two.pk}" in page


def test_a_scenario_is_written_and_its_problems_are_told_by_line(
    client: Client,
) -> None:
    assert "my-first-scenario" in client.get("/console/game-days/write").text
    wrong = SOURCE.replace("for: 60s", "for: soon")
    answer = client.post("/console/game-days/write", {"source": wrong})
    assert answer.status_code == 400
    assert 'data-line="15"' in answer.text
    assert "for: soon" in answer.text
    answer = client.post("/console/game-days/write", {"source": SOURCE})
    assert answer.headers["Location"] == AT
    assert client.get("/console/game-days/write?from=two-steps").status_code == 200


def test_a_file_is_taken_instead_of_the_text(client: Client) -> None:
    file = SimpleUploadedFile("mine.yaml", SOURCE.encode())
    answer = client.post("/console/game-days/write", {"source": "", "file": file})
    assert answer.headers["Location"] == AT
    latin = SimpleUploadedFile("mine.yaml", b"\xe9\xe9")
    answer = client.post("/console/game-days/write", {"source": "", "file": latin})
    assert answer.status_code == 400
    assert "not UTF-8" in answer.text


def test_an_experiment_of_the_chaos_toolkit_is_imported(
    client: Client, stored: StoredScenario
) -> None:
    experiment = client.get(f"{AT}/download?format=chaos-toolkit").text
    sent = {"source": experiment, "kind": "chaos-toolkit"}
    taken = client.post("/console/game-days/write", sent)
    assert taken.status_code == 409  # there is one of its name
    assert "selected" in taken.text
    stored.delete()
    answer = client.post("/console/game-days/write", sent)
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).text
    assert "imported, by ada" in page
    wrong = client.post("/console/game-days/write", sent | {"source": "{}"})
    assert wrong.status_code == 400


def test_a_scenario_of_ones_own_is_forgotten_and_its_runs_stay(
    client: Client, viewer: User, stored: StoredScenario
) -> None:
    row = over()
    assert "Delete it" in client.get(AT).text
    shipped = "/console/game-days/scenarios/progressive-errors"
    assert "Delete it" not in client.get(shipped).text
    assert client.post(f"{shipped}/delete").status_code == 409
    assert signed_in(viewer).post(f"{AT}/delete").status_code == 403
    assert client.post(f"{AT}/delete").status_code == 302
    assert client.get(AT).status_code == 404
    assert client.get(f"/console/game-days/{row.pk}").status_code == 200


def test_a_viewer_writes_nothing(viewer: User) -> None:
    answer = signed_in(viewer).post("/console/game-days/write", {"source": SOURCE})
    assert answer.status_code == 403
    assert not StoredScenario.objects.exists()


def test_one_that_cannot_be_read_any_more_is_shown_to_be_mended(client: Client) -> None:
    StoredScenario.objects.create(name="broken", source="{}", updated_by="ada")
    assert "cannot be read" in client.get("/console/game-days").text
    answer = client.get("/console/game-days/scenarios/broken")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("kind", "start"), [("yaml", "apiVersion"), ("json", "{"), ("chaos-toolkit", "{")]
)
def test_it_is_taken_away_as_a_file(
    client: Client, stored: StoredScenario, kind: str, start: str
) -> None:
    answer = client.get(f"{AT}/download?format={kind}")
    assert answer.text.startswith(start)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"{AT}/download?format=pdf").status_code == 400
