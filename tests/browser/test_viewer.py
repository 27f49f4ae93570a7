"""A viewer sees everything; whatever a viewer's browser sends, the server refuses."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.acceptance.harness.waiting import until
from tests.browser.live_page import LivePage
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

_POST = """
async ([url, body]) => {
  const { csrf } = JSON.parse(document.getElementById("console-config").textContent);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return [answer.status, (await answer.json()).errors?.[0]?.code];
}
"""
_STOP = """
() => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/ws/console`);
  socket.onopen = () => socket.send('{"type":"stop"}');
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "snapshot") socket.send(JSON.stringify({ type: "ack", seq: message.seq }));
    if (["refused", "stopped"].includes(message.type)) resolve(message.code ?? message.type);
  };
})
"""


def test_a_viewer_sees_the_figures_move(viewer: LivePage) -> None:
    viewer.wait_for_news(3)
    assert viewer.left("availability") <= 1
    assert viewer.numbers()


def test_a_viewers_controls_are_off_and_say_why(viewer: LivePage) -> None:
    expect(viewer.slider("errors")).to_be_disabled()
    expect(viewer.slider("latency")).to_be_disabled()
    expect(viewer.stop).to_be_disabled()
    expect(viewer.stop).to_contain_text("your role may not")


def test_the_server_refuses_a_viewers_posts(viewer: LivePage) -> None:
    for path, body in (
        ("/api/chaos", {"errorRate": 0.5}),
        ("/api/chaos/errors/0.5", {}),
        ("/api/chaos/latency", {"ms": 400}),
        ("/api/chaos/enable", {}),
        ("/api/chaos/disable", {}),
        ("/api/chaos/extend", {"seconds": 60}),
        ("/api/traffic", {"rate": 5}),
    ):
        answer = viewer.page.evaluate(_POST, [path, body])
        assert answer == [403, "PERMISSION_DENIED"], path


def test_the_server_refuses_a_viewers_stop(viewer: LivePage, stage: Stage) -> None:
    stage.server.post("/api/chaos/errors/0.05")
    assert viewer.page.evaluate(_STOP) == "PERMISSION_DENIED"
    viewer.page.keyboard.press("x")
    viewer.wait_for_news(3)
    plan = stage.server.get("/api/chaos")
    assert isinstance(plan, dict)
    assert plan["enabled"]
    stage.clear()


def test_a_viewer_sees_what_an_operator_does(viewer: LivePage, stage: Stage) -> None:
    stage.server.post("/api/chaos/errors/0.05")

    def shown() -> bool:
        return viewer.number("errors") == "5"

    until(shown, 10, "the fault is on the viewer's panel")
    stage.clear()
