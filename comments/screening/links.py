"""What a comment links to."""

from comments.models.screening import Feature, Verdict
from comments.screening.case import Case, Finding

MANY = 3


def many_links(case: Case) -> Finding | None:
    """More links than a reader needs to make a point."""
    if len(case.links) < MANY:
        return None
    return Finding("many_links", Verdict.HOLD, f"{len(case.links)} links", matched=tuple(case.links[:20]), score=0.6)


def new_domain(case: Case) -> Finding | None:
    """A link to a domain that the classifier knows from no approved comment; trusted authors may bring new ones."""
    if not case.domains or case.history.is_trusted:
        return None
    keys = {domain_key(domain): domain for domain in case.domains[:20]}
    known = Feature.objects.filter(key__in=keys, wanted__gt=0).values_list("key", flat=True)
    new = [domain for key, domain in keys.items() if key not in set(known)]
    if not new:
        return None
    matched = tuple(link for link in case.links if any(domain in link.lower() for domain in new))
    return Finding("new_domain", Verdict.HOLD, f"links to {', '.join(new[:5])}", matched=matched[:20], score=0.5)


def domain_key(domain: str) -> str:
    """Under which key the classifier learns of a domain."""
    return f"d:{domain}"[:60]
