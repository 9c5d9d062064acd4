"""Loading the sample platforms: the whole way through admission, by the operations that everybody uses."""

from collections.abc import Mapping
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partners.errors import PlatformCode
from prakerja.partners.models import INTEGRATION_CHECKS, Platform
from prakerja.partners.operations.admission_documents import DocumentShowing, show_admission_documents
from prakerja.partners.operations.documents import DocumentUpload, upload_documents
from prakerja.partners.operations.platform_admission import (
    PROVEN_LATER,
    Finding,
    IntegrationResult,
    PlatformEvaluation,
    evaluate_platforms,
    record_integration_checks,
)
from prakerja.partners.operations.platforms import (
    PlatformApplication,
    PlatformMove,
    PlatformResult,
    apply_platforms,
    move_platforms,
)
from prakerja.partners.sample_papers import PaperSubject, make_sample_paper
from prakerja.partners.samples import SamplePlatform, read_sample_platforms
from prakerja.partners.states import PlatformState
from prakerja.programme.regimes import Regime

SAMPLE_REVIEWERS = ("staff:contoh-penilai-1", "staff:contoh-penilai-2")

_WAY = (
    PlatformState.EVALUATED,
    PlatformState.MEMORANDUM,
    PlatformState.AGREEMENT,
    PlatformState.INTEGRATED,
    PlatformState.ACTIVE,
)


def load_sample_platforms(context: Context, *, regime: Regime) -> list[PlatformResult]:
    """Bring the eight platforms of SCHEME-07 to `active`, marked as samples; the ones that are there stay as they are.

    One result per platform in the order of `samples.CODES`: ok, or code_taken with the id of the one that is there.
    Its `profile` holds `description`, and `fee_scheme`: the terms that it offers to institutions.

    Raises:
        RuntimeError: the deployment is not a sandbox, or a sample does not pass the admission of the regime.
        SampleFileError: a file is malformed.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("sample platforms are loaded in a sandbox only")
    samples = read_sample_platforms()
    with db.transaction():
        there = dict(
            Platform.objects.filter(code__in=[sample.code for sample in samples])
            .order_by("code")
            .values_list("code", "id")
        )
        new = [sample for sample in samples if sample.code not in there]
        applied = apply_platforms(context, [_application(sample) for sample in new])
        results = dict(zip([sample.code for sample in new], applied, strict=True))
        reach = {
            result.platform_id: sample.province_reach
            for sample, result in zip(new, applied, strict=True)
            if result.platform_id is not None
        }
        recognised = recognise_sample_platforms(context, reach, regime=regime)
        refused = [result for result in [*applied, *recognised] if result.code.is_refusal]
        if refused:
            raise RuntimeError(f"a sample platform does not pass admission: {refused[0]}")
    return [
        results.get(sample.code) or PlatformResult(PlatformCode.CODE_TAKEN, there[sample.code]) for sample in samples
    ]


def recognise_sample_platforms(context: Context, reach: Mapping[UUID, int], *, regime: Regime) -> list[PlatformResult]:
    """Take applied sample platforms to `active`: papers for each criterion, two people's evaluation, checks, each step.

    `reach`: in how many provinces each has users. The papers are sample documents in the platform's registry; they are
    the evidence of its steps. The results of all operations that answer with one, in order. Raises:
        RuntimeError: the deployment is not a sandbox, or a paper was refused.
    Cost: as the operations, and 10 ms for each paper that this process has not made before.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("sample platforms are recognised in a sandbox only")
    criteria = {
        str(word): Finding(met=True, note="contoh")
        for word in regime.platform_admission_evidence
        if word not in PROVEN_LATER
    }
    with db.transaction():
        results = _show_papers(context, reach, regime=regime)
        for reviewer in SAMPLE_REVIEWERS:
            results += evaluate_platforms(
                context.acting_as(reviewer),
                [PlatformEvaluation(platform_id=platform_id, criteria=criteria) for platform_id in reach],
                regime=regime,
            )
        results += record_integration_checks(
            context,
            [
                IntegrationResult(
                    platform_id=platform_id, name=name, passed=True, detail="contoh", evidence=[{"sample": True}]
                )
                for platform_id in reach
                for name in INTEGRATION_CHECKS
            ],
        )
        results += move_platforms(
            context,
            [
                PlatformMove(platform_id=platform_id, state=state, evidence={"province_reach": provinces})
                for platform_id, provinces in reach.items()
                for state in _WAY
            ],
            regime=regime,
        )
    return results


def _show_papers(context: Context, reach: Mapping[UUID, int], *, regime: Regime) -> list[PlatformResult]:
    made = [
        (platform.id, str(word), make_sample_paper(str(word), _subject(platform, reach[platform.id])))
        for platform in Platform.objects.filter(id__in=reach).order_by("id")
        for word in regime.platform_admission_evidence
    ]
    uploaded = upload_documents(
        context,
        [
            DocumentUpload(
                owner_role="platform",
                owner_id=platform_id,
                kind=paper.kind,
                file_name=paper.file_name,
                content=paper.content,
            )
            for platform_id, _, paper in made
        ],
    )
    refused = [one for one in uploaded if one.document_id is None]
    if refused:
        raise RuntimeError(f"a sample paper is refused: {refused[0]}")
    return show_admission_documents(
        context,
        [
            DocumentShowing(platform_id=platform_id, criterion=word, document_id=one.document_id)
            for (platform_id, word, _), one in zip(made, uploaded, strict=True)
            if one.document_id is not None
        ],
        regime=regime,
    )


def _subject(platform: Platform, province_reach: int) -> PaperSubject:
    return PaperSubject(
        name=platform.name,
        entity=platform.owner_entity,
        kind=platform.kind,
        modes=tuple(platform.modes),
        payment_term_days=platform.payment_term_days,
        province_reach=province_reach,
    )


def _application(sample: SamplePlatform) -> PlatformApplication:
    return PlatformApplication(
        code=sample.code,
        name=sample.name,
        kind=sample.kind,
        modes=sample.modes,
        payment_term_days=sample.payment_term_days,
        owner_entity=sample.owner_entity,
        profile={"description": dict(sample.description), "fee_scheme": dict(sample.fee_scheme)},
        requirements=sample.requirements,
        questions=sample.questions,
        documents=sample.documents,
        sample=True,
    )
