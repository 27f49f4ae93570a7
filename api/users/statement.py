"""The one statement that answers a list of users: its rows as JSON, and how many there are. Pure.

Names of columns come from COLUMNS, values travel beside the text. `LIMIT` is part of the text:
there are a hundred of them, and with it the server knows that a plan it keeps reads few rows.
"""

from __future__ import annotations

from typing import LiteralString

from api.users.asked import Asked, Term

BOUND = 10_000  # rows that are counted of any list

_TYPES: dict[str, LiteralString] = {
    "id": "int", "name": "text", "email": "text",
    "created_at": "timestamptz", "updated_at": "timestamptz",
}  # fmt: skip
_FOUND: LiteralString = "(upper(name::text) LIKE upper(%s::text) OR upper(email::text) LIKE upper(%s::text))"


def _moment(column: LiteralString) -> LiteralString:
    # As ironclad.envelope.timestamp; to_char knows no infinity.
    return (
        f"coalesce(to_char({column} AT TIME ZONE 'UTC',"
        f""" 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), {column}::text)"""
    )


_ROW: LiteralString = (
    """'{"id":' || id || ',"name":' || to_json(name)::text || ',"email":' || to_json(email)::text"""
    f""" || ',"created_at":"' || {_moment("created_at")}"""
    f""" || '","updated_at":"' || {_moment("updated_at")} || '"}}'"""
)


def statement(asked: Asked) -> tuple[LiteralString, list[object]]:
    """The text and its values.

    It answers with one row: the page's JSON; the rows found, up to one more than the limit; the
    list's count, up to BOUND + 1; the snapshot. With a cursor also the ordering's values of the
    first and of the last row, as JSON.
    """
    back = asked.place is not None and asked.place.back
    values: list[object] = []
    search: LiteralString = f"WHERE {_FOUND}" if asked.search else "WHERE true"
    if asked.search:
        values += [_pattern(asked.search)] * 2
    counted: LiteralString = f"SELECT FROM users {search}"  # nosec B608 - no value
    if not asked.exact:
        counted = f"{counted} LIMIT {_text(BOUND + 1)}"
    where = search
    page_values = list(values)
    if asked.place is not None:
        after, held = _after(asked.terms, asked.place.values, back=back)
        where = f"{search} AND {after}"
        page_values += held
    skip: LiteralString = ""
    if asked.offset and not asked.walks:
        skip, page_values = " OFFSET %s", [*page_values, asked.offset]
    least = _text(asked.limit)
    # The rows come in the list's order, whichever way they were looked for.
    way: LiteralString = "place DESC" if back else "place"
    against: LiteralString = "place" if back else "place DESC"
    edges: LiteralString = ""
    if asked.walks:
        keys = _keys(asked.terms)
        of_page: LiteralString = f"FILTER (WHERE place <= {least})"
        edges = (
            f", (array_agg({keys} ORDER BY {way}) {of_page})[1]"
            f", (array_agg({keys} ORDER BY {against}) {of_page})[1]"
        )
    text: LiteralString = (
        f"SELECT string_agg({_ROW}, ',' ORDER BY {way}) FILTER (WHERE place <= {least}),"  # noqa: S608 - no value is in it
        f" count(*), (SELECT count(*) FROM ({counted}) AS counted),"
        f" pg_current_snapshot()::text{edges}"
        " FROM (SELECT *, row_number() OVER () AS place FROM"
        " (SELECT id, name, email, created_at, updated_at FROM users"
        f" {where} ORDER BY {_order(asked.terms, back=back)}"
        f" LIMIT {_text(asked.limit + 1)}{skip}) AS page) AS placed"
    )
    return text, [*values, *page_values]


def _order(terms: tuple[Term, ...], *, back: bool) -> LiteralString:
    return ", ".join(
        f"{_name(term)} DESC" if term.down != back else _name(term) for term in terms
    )


def _after(
    terms: tuple[Term, ...], held: tuple[str, ...], *, back: bool
) -> tuple[LiteralString, list[object]]:
    """The condition for what comes after a place, and its values.

    A comparison of whole rows where all terms go one way: the index answers that. Else it is
    spelt out, term by term.
    """
    typed: list[LiteralString] = [f"%s::{_TYPES[term.column]}" for term in terms]
    names = [_name(term) for term in terms]
    signs: list[LiteralString] = ["<" if term.down != back else ">" for term in terms]
    if len(set(signs)) == 1:
        text: LiteralString = f"({', '.join(names)}) {signs[0]} ({', '.join(typed)})"
        return text, list(held)
    # The first term alone, so that its index has somewhere to begin.
    text = f"{names[0]} {signs[0]}= {typed[0]} AND ("
    values: list[object] = [held[0]]
    ways: list[LiteralString] = []
    for last in range(len(terms)):
        same: list[LiteralString] = [
            f"{names[n]} = {typed[n]} AND " for n in range(last)
        ]
        ways.append(f"({''.join(same)}{names[last]} {signs[last]} {typed[last]})")
        values += held[: last + 1]
    return f"{text}{' OR '.join(ways)})", values


def _keys(terms: tuple[Term, ...]) -> LiteralString:
    return (
        f"json_build_array({', '.join(f'{_name(term)}::text' for term in terms)})::text"
    )


def _pattern(search: str) -> str:
    for special in "\\%_":
        search = search.replace(special, f"\\{special}")
    return f"%{search}%"


def _name(term: Term) -> LiteralString:
    return term.column  # one of COLUMNS


def _text(number: int) -> LiteralString:
    return str(int(number))
