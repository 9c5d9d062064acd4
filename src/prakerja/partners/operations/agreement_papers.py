"""The hashes of the papers of a proposal: what was first handed out can be compared for ever."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.models import AgreementPaper


def keep_agreement_papers(context: Context, proposal_id: UUID, papers: Mapping[str, bytes]) -> dict[str, bool]:
    """Keep the hash of each paper (language → PDF) the first time; whether each is what was kept. Rule: SCHEME-10.

    Cost: three statements.
    """
    hashes = {language: sha256(paper).digest() for language, paper in papers.items()}
    with db.transaction():
        rows = AgreementPaper.objects.filter(proposal_id=proposal_id).order_by("language")
        kept = {one.language: bytes(one.sha256) for one in rows}
        new = [language for language in sorted(hashes) if language not in kept]
        AgreementPaper.objects.bulk_create(
            AgreementPaper(
                id=context.uuid(),
                proposal_id=proposal_id,
                language=language,
                sha256=hashes[language],
                made_at=context.now,
            )
            for language in new
        )
        record_events(
            context,
            [
                Event("agreement.paper_made", proposal_id, {"language": language, "sha256": hashes[language].hex()})
                for language in new
            ],
        )
    return {language: kept.get(language, digest) == digest for language, digest in hashes.items()}
