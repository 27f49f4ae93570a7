"""Which addresses are of the public internet, whatever other address they carry inside.

Pure.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Global unicast (RFC 4291, section 2.4): nothing beside it is anybody's host.
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: translated on the way


def is_public(text: str) -> bool:
    """Whether it is, or the IPv4 address is that a gateway would unpack of it.

    Raises ValueError for what is no address; a zone at its end is left out.
    """
    address = ip_address(text.split("%", maxsplit=1)[0])
    return _global(embedded(address) or address)


def embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The one that it stands for: mapped, of NAT64, of 6to4. Teredo is not public at all."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _global(address: IPv4Address | IPv6Address) -> bool:
    unicast = isinstance(address, IPv4Address) or address in _UNICAST
    return unicast and address.is_global and not address.is_multicast
