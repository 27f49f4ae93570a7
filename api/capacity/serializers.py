"""The JSON of /api/capacity, described. Null: nobody has told, or nobody can know."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.capacity.advice import CODES
from sre_console.capacity.saturation import RESOURCES, STATES


def _amount(told: str = "", *, null: bool = True) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, allow_null=null, help_text=told or None)


def _whole(told: str = "", *, null: bool = True) -> serializers.IntegerField:
    text = told or None
    return serializers.IntegerField(min_value=0, allow_null=null, help_text=text)


def _replica(told: str = "") -> serializers.UUIDField:
    return serializers.UUIDField(allow_null=True, help_text=told or None)


class MeasuredKneeSerializer(serializers.Serializer[object]):
    """What a load test has found."""

    measuredAt = serializers.DateTimeField()  # noqa: N815
    requestsPerSecond = _amount(null=False)  # noqa: N815
    p99Ms = _amount("At that rate.", null=False)  # noqa: N815
    server = serializers.CharField()
    processes = serializers.IntegerField(min_value=1)
    cores = serializers.IntegerField(min_value=1)
    mix = serializers.CharField()
    version = serializers.CharField(allow_blank=True)
    report = serializers.CharField(allow_blank=True)


class KneeSerializer(serializers.Serializer[object]):
    requestsPerSecond = _amount(  # noqa: N815
        "For as many replicas as there are.", null=False
    )
    replicas = serializers.IntegerField(min_value=1)
    scaled = serializers.BooleanField(
        help_text="Reckoned from another number of processes, in proportion."
    )
    share = _amount("Of it, that is used now.")
    measured = MeasuredKneeSerializer()


class HeadroomSerializer(serializers.Serializer[object]):
    requestsPerSecond = _amount("More than now, at this mix.", null=False)  # noqa: N815
    bears = _amount("In all.", null=False)
    until = serializers.ChoiceField(
        ("knee", *RESOURCES), help_text="What is reached then."
    )
    replica = _replica("Whose resource that is.")


class SaturationSerializer(serializers.Serializer[object]):
    resource = serializers.ChoiceField(RESOURCES)
    replica = _replica("Null: all share it.")
    used = _amount(null=False)
    limit = _amount(null=False)
    share = _amount(null=False)
    waiting = _whole("For a place, at the worst of the last seconds.", null=False)
    state = serializers.ChoiceField(STATES)


class AdviceSerializer(serializers.Serializer[object]):
    code = serializers.ChoiceField(CODES)
    grave = serializers.BooleanField(help_text="It is full, and not only near.")
    replica = _replica("Where it is worst.")


class CacheSerializer(serializers.Serializer[object]):
    hitRatio = _amount("Of the reads that were looked up in it.")  # noqa: N815
    hitsPerSecond = _amount()  # noqa: N815
    missesPerSecond = _amount()  # noqa: N815
    bypassesPerSecond = _amount()  # noqa: N815
    entries = _whole()
    bytes = _whole()
    fresh = serializers.BooleanField(
        allow_null=True, help_text="Its listener hears of changes."
    )


class CapacityReplicaSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField()
    requestsPerSecond = _amount()  # noqa: N815
    cores = _amount("That it may use.")
    memoryBytes = _whole()  # noqa: N815
    loopLagWorstSeconds = _amount()  # noqa: N815
    cache = CacheSerializer(allow_null=True)


class DatabaseConnectionsSerializer(serializers.Serializer[object]):
    connections = _whole(null=False)
    maxConnections = _whole(null=False)  # noqa: N815
    reserved = _whole("Of those, which ordinary roles cannot have.", null=False)


class CapacitySerializer(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    requestsPerSecond = _amount("To the service routes, of all replicas.")  # noqa: N815
    knee = KneeSerializer(allow_null=True)
    headroom = HeadroomSerializer(allow_null=True)
    bendsFirst = SaturationSerializer(allow_null=True)  # noqa: N815
    advice = AdviceSerializer(many=True)
    replicas = CapacityReplicaSerializer(many=True)
    saturation = SaturationSerializer(many=True)
    database = DatabaseConnectionsSerializer()
    cacheOff = serializers.BooleanField(  # noqa: N815
        help_text="An operator has switched it off."
    )
    knees = MeasuredKneeSerializer(many=True, help_text="Newest first.")
