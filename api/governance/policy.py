"""The error-budget policy, and what it means now."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.permissions import may
from api.view import View
from sre_console.governance.policy.rules import ALLOWED, BY, SEVERITIES, SUBJECTS
from sre_console.governance.policy.selectors import policy_json, policy_now


class RestrictionSerializer(serializers.Serializer[object]):
    subject = serializers.ChoiceField(SUBJECTS)
    to = serializers.ChoiceField(ALLOWED)
    by = serializers.ChoiceField(BY)
    enforced = serializers.BooleanField(help_text="By Ironclad, in this installation.")


class RuleSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()
    below = serializers.FloatField(allow_null=True, help_text="Of the budget left.")
    setting = serializers.CharField(allow_null=True, help_text="That `below` is from.")
    firing = serializers.ChoiceField(SEVERITIES, allow_null=True)
    always = serializers.BooleanField()
    here = serializers.BooleanField(help_text="It can hold in this installation.")
    restricts = RestrictionSerializer(many=True)


class ExemptionSerializer(serializers.Serializer[object]):
    who = serializers.CharField()
    may = serializers.CharField()
    by = serializers.ChoiceField(BY)


class HeldRuleSerializer(serializers.Serializer[object]):
    rule = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


class PolicyLineSerializer(serializers.Serializer[object]):
    subject = serializers.ChoiceField(SUBJECTS)
    to = serializers.ChoiceField(ALLOWED)
    rule = serializers.CharField(allow_null=True)
    by = serializers.ChoiceField(BY, allow_null=True)
    enforced = serializers.BooleanField()


class SloPolicySerializer(serializers.Serializer[object]):
    slo = serializers.CharField()
    budgetLeftRatio = serializers.FloatField(allow_null=True)  # noqa: N815
    holding = HeldRuleSerializer(many=True)
    now = PolicyLineSerializer(many=True)


class PolicySerializer(serializers.Serializer[object]):
    rules = RuleSerializer(many=True)
    exceptions = ExemptionSerializer(many=True)
    slos = SloPolicySerializer(many=True)
    now = PolicyLineSerializer(many=True)
    faultsForbiddenBy = serializers.ChoiceField(  # noqa: N815
        ["setting", "lever"], allow_null=True, help_text="For all, whatever is left."
    )


class PolicyView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="policy_read",
        summary="The error-budget policy: what is frozen when, and what is frozen now",
        responses={200: PolicySerializer},
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - nothing is asked for
        return Response(policy_json(policy_now()))
