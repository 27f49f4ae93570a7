"""The console's addresses; with and without a trailing slash."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, re_path
from django.views.generic import RedirectView

from sre_console.incidents.runbooks import NAME
from sre_console.pages import account_urls, governance_urls, recovery_urls
from sre_console.pages.views import (
    alerts,
    audit,
    capacity,
    data,
    disaster_drills,
    drill,
    enter,
    game_day,
    game_day_papers,
    game_days,
    incidents,
    live,
    notifications,
    own_account,
    provider,
    reports,
    runs,
    scenario_source,
    scenarios,
    security_txt,
    sign_in,
    sign_in_steps,
    tour,
)

_ID = "(?P<number>[1-9][0-9]{0,8})"
_NAME = "(?P<name>[a-z0-9][a-z0-9-]{0,62})"
_ACTIONS = "acknowledge|mitigate|resolve|reopen|comment|assign|check"
_STEPS = "predict|run|end|settle|compute|again"  # of a lesson of the tour
app_name = "console"
urlpatterns = [
    path("", live.home, name="home"),
    re_path(r"^console/?$", live.console, name="console"),
    re_path(r"^console/live/series/?$", data.series, name="series"),
    re_path(r"^console/live/forecast/?$", data.forecast, name="forecast"),
    re_path(r"^console/live/?$", live.live, name="live"),
    re_path(r"^console/resilience/?$", live.resilience, name="resilience"),
    re_path(r"^console/capacity/?$", capacity.capacity, name="capacity"),
    re_path(r"^console/alerts/?$", alerts.alerts, name="alerts"),
    re_path(r"^console/silences/?$", alerts.silence_new, name="silence-new"),
    re_path(
        rf"^console/silences/{_ID}/end/?$", alerts.silence_over, name="silence-over"
    ),
    re_path(
        r"^console/notifications/?$",
        notifications.notifications,
        name="notifications",
    ),
    re_path(
        rf"^console/notifications/{_ID}/retry/?$",
        notifications.notification_again,
        name="notification-again",
    ),
    re_path(r"^console/incidents/?$", incidents.incidents, name="incidents"),
    re_path(rf"^console/incidents/{_ID}/?$", incidents.incident, name="incident"),
    re_path(
        rf"^console/incidents/{_ID}/(?P<action>{_ACTIONS})/?$",
        incidents.incident_change,
        name="incident-change",
    ),
    re_path(
        rf"^console/incidents/{_ID}/series/?$",
        incidents.series,
        name="incident-series",
    ),
    re_path(
        rf"^console/incidents/{_ID}/post-mortem/?$",
        incidents.post_mortem,
        name="post-mortem",
    ),
    re_path(
        rf"^console/incidents/{_ID}/actions/?$", incidents.action_new, name="action-new"
    ),
    re_path(
        rf"^console/incidents/{_ID}/actions/(?P<item>[1-9][0-9]{{0,8}})/?$",
        incidents.action_change,
        name="action-change",
    ),
    re_path(
        rf"^console/game-days/{_ID}/report/?$",
        game_day_papers.report,
        name="game-day-report",
    ),
    re_path(r"^console/game-days/?$", game_days.game_days, name="game-days"),
    re_path(
        r"^console/game-days/release/?$", game_days.release, name="game-days-release"
    ),
    re_path(
        r"^console/game-days/forecasts/?$",
        game_days.forecasts,
        name="game-days-forecasts",
    ),
    re_path(
        r"^console/game-days/write/?$", scenario_source.write, name="scenario-write"
    ),
    re_path(r"^console/game-days/compare/?$", runs.compare, name="game-days-compare"),
    re_path(
        rf"^console/game-days/scenarios/{_NAME}/?$",
        scenarios.scenario,
        name="scenario",
    ),
    re_path(
        rf"^console/game-days/scenarios/{_NAME}/start/?$",
        scenarios.scenario_start,
        name="scenario-start",
    ),
    re_path(
        rf"^console/game-days/scenarios/{_NAME}/delete/?$",
        scenario_source.delete,
        name="scenario-delete",
    ),
    re_path(
        rf"^console/game-days/scenarios/{_NAME}/download/?$",
        scenario_source.download,
        name="scenario-download",
    ),
    re_path(rf"^console/game-days/{_ID}/?$", game_day.game_day, name="game-day"),
    re_path(
        rf"^console/game-days/{_ID}/state/?$", game_day.state, name="game-day-state"
    ),
    re_path(
        rf"^console/game-days/{_ID}/figures/?$",
        game_day.figures,
        name="game-day-figures",
    ),
    re_path(
        rf"^console/game-days/{_ID}/replay/?$", runs.replay, name="game-day-replay"
    ),
    re_path(
        rf"^console/game-days/{_ID}/(?P<action>approve|stop|lessons|actions)/?$",
        game_day.game_day_change,
        name="game-day-change",
    ),
    re_path(
        rf"^console/game-days/{_ID}/actions/(?P<item>[1-9][0-9]{{0,8}})/?$",
        game_day.action_change,
        name="game-day-action",
    ),
    *governance_urls.patterns,
    *recovery_urls.patterns,
    re_path(r"^console/reports/?$", reports.reports, name="reports"),
    re_path(r"^console/runbooks/?$", reports.runbook_list, name="runbooks"),
    re_path(
        rf"^console/runbooks/(?P<name>{NAME.pattern})/?$",
        reports.runbook_page,
        name="runbook",
    ),
    re_path(r"^console/audit/?$", audit.audit, name="audit"),
    re_path(r"^console/audit/verify/?$", audit.verify, name="audit-verify"),
    re_path(r"^console/audit/export/?$", audit.export, name="audit-export"),
    re_path(r"^console/drill/?$", drill.drill, name="drill"),
    re_path(r"^console/drill/start/?$", drill.start, name="drill-start"),
    re_path(rf"^console/drill/{_ID}/?$", drill.drill_over, name="drill-over"),
    re_path(
        rf"^console/drill/{_ID}/(?P<action>diagnose|give-up)/?$",
        drill.change,
        name="drill-change",
    ),
    re_path(
        r"^console/recovery/drills/?$", disaster_drills.drills, name="disaster-drills"
    ),
    re_path(
        rf"^console/recovery/drills/{_ID}/?$",
        disaster_drills.drill,
        name="disaster-drill",
    ),
    re_path(
        rf"^console/recovery/drills/{_ID}/steps/(?P<name>[a-z]{{1,30}})/?$",
        disaster_drills.step,
        name="disaster-drill-step",
    ),
    re_path(
        rf"^console/recovery/drills/{_ID}/(?P<action>finish|abandon|lessons)/?$",
        disaster_drills.change,
        name="disaster-drill-change",
    ),
    re_path(r"^console/tour/?$", tour.tour, name="tour"),
    re_path(r"^console/tour/decline/?$", tour.decline, name="tour-decline"),
    re_path(rf"^console/tour/{_ID}/?$", tour.lesson, name="lesson"),
    re_path(rf"^console/tour/{_ID}/state/?$", tour.state, name="lesson-state"),
    re_path(
        rf"^console/tour/{_ID}/(?P<action>{_STEPS})/?$",
        tour.change,
        name="lesson-change",
    ),
    *account_urls.patterns,
    re_path(r"^console/sign-in/?$", sign_in.sign_in, name="sign-in"),
    re_path(
        r"^console/sign-in/provider/?$", provider.provider, name="sign-in-provider"
    ),
    re_path(
        r"^console/sign-in/provider/back/?$",
        provider.back,
        name="sign-in-provider-back",
    ),
    re_path(r"^console/sign-in/code/?$", sign_in_steps.code, name="sign-in-code"),
    re_path(
        r"^console/sign-in/password/?$",
        sign_in_steps.password,
        name="sign-in-password",
    ),
    re_path(r"^console/sign-in/enrol/?$", sign_in_steps.enrol, name="sign-in-enrol"),
    re_path(
        r"^console/account/password/?$", own_account.password, name="account-password"
    ),
    re_path(
        r"^console/account/second-factor/?$",
        own_account.second_factor,
        name="account-second-factor",
    ),
    re_path(r"^console/sign-out/?$", sign_in.sign_out, name="sign-out"),
    re_path(r"^enter/(?P<code>[A-Za-z0-9_-]{16,128})/?$", enter.enter, name="enter"),
    # pages that name no icon of their own, as the admin's, are asked for this
    path(".well-known/security.txt", security_txt.security_txt, name="security-txt"),
    path("security.txt", RedirectView.as_view(pattern_name="console:security-txt")),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}icon.svg")),
    re_path(r"^admin/login/?$", sign_in.admin_sign_in, name="admin-sign-in"),
    re_path(
        r"^admin/password_change/?$", sign_in.admin_password, name="admin-password"
    ),
    re_path(r"^admin/logout/?$", sign_in.sign_out, name="admin-sign-out"),
]
