"""Several runs of one scope as one: calls at one site join, everything else is there once."""

from collections.abc import Sequence

from refactor.link.flow.trace import Access, CallRecord, Trace


def merged(traces: Sequence[Trace]) -> Trace:
    """The trace of all that some runs saw; the first one is used up."""
    if not traces:
        return Trace()
    whole, *others = traces
    for other in others:
        for site, record in other.calls.items():
            known = whole.calls.get(site)
            if known is None:
                whole.calls[site] = record
            else:
                _join(known, record)
        for name, at in other.mentions.items():
            whole.mentions.setdefault(name, at)
        for module, at in other.imports.items():
            whole.imports.setdefault(module, at)
        whole.raises |= other.raises
        whole.catches |= other.catches
        whole.rebinds.extend(one for one in other.rebinds if one not in whole.rebinds)
        whole.blocks.extend(one for one in other.blocks if one not in whole.blocks)
        whole.endless.extend(one for one in other.endless if one not in whole.endless)
        whole.properties.extend(one for one in other.properties if one not in whole.properties)
    for kind in ("reads", "writes", "item_writes", "item_reads"):
        setattr(whole, kind, _accesses([one for trace in traces for one in getattr(trace, kind)]))
    return whole


def _join(known: CallRecord, record: CallRecord) -> None:
    known.callees |= record.callees
    longest = max(len(known.args), len(record.args))
    known.args = tuple(known.argument(place) | record.argument(place) for place in range(longest))
    for name, values in record.keywords.items():
        known.keywords = {**known.keywords, name: known.keywords.get(name, frozenset()) | values}
    known.result |= record.result
    known.receiver |= record.receiver


def _accesses(accesses: Sequence[Access]) -> list[Access]:
    """One access for each name and place."""
    found: dict[object, Access] = {}
    for one in accesses:
        known = found.setdefault((one.name, one.at), one)
        if known is not one:
            known.receiver |= one.receiver
            known.value |= one.value
            known.key |= one.key
    return list(found.values())
