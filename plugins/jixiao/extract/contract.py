"""The extraction contract (version 2): what `jixiao extract FILE --json` prints. Numbers are decimal strings."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from jixiao.extract.ledger import summary
from jixiao.model import Evidence, Extraction, Finding, fact_id

CONTRACT_VERSION = 2


def _plain(value: Decimal | None) -> str | None:
    """Return a decimal without an exponent, its printed digits kept."""
    return None if value is None else format(value, "f")


def _yuan(value: Decimal) -> str:
    """Return yuan with two decimals, or more where the document prints parts of a 分."""
    exponent = int(value.normalize().as_tuple().exponent)
    return format(value.quantize(Decimal(1).scaleb(min(-2, exponent))), "f")


def _evidence(at: Evidence) -> dict[str, Any]:
    said: dict[str, Any] = {
        "page": at.page,
        "bbox": None if at.box is None else [round(edge, 2) for edge in at.box],
        "text": at.text,
    }
    if at.confidence is not None:
        said["confidence"] = round(at.confidence, 4)
        if at.uncertain:
            said["uncertain"] = True
    return said


def to_contract(extraction: Extraction, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the contract's object for one document."""
    document, report = extraction.document, extraction.report
    return {
        "contract": CONTRACT_VERSION,
        "document": {
            "sha256": document.sha256,
            "media_type": document.media_type,
            "page_count": document.page_count,
            "text_source": document.text_source,
        },
        "report": {
            "organization": report.organization,
            "region_code": report.region_code,
            "fiscal_year": report.fiscal_year,
            "form": report.form,
            "total_score": _plain(report.total_score),
            "full_marks": _plain(report.full_marks),
            "grade": report.grade,
            "kind": report.kind,
        },
        "amounts": [
            {
                "id": fact_id("amounts", index),
                "fiscal_year": a.fiscal_year,
                "flow": a.flow,
                "stage": a.stage,
                "scheme": a.scheme,
                "item": a.item,
                "label": a.label,
                "yuan": _yuan(a.yuan),
                "confidence": a.confidence,
                "evidence": _evidence(a.evidence),
            }
            for index, a in enumerate(extraction.amounts)
        ],
        "scores": [
            {
                "id": fact_id("scores", index),
                "path": list(s.path),
                "full_marks": _plain(s.full_marks),
                "score": _plain(s.score),
                "confidence": s.confidence,
                "evidence": _evidence(s.evidence),
            }
            for index, s in enumerate(extraction.scores)
        ],
        "ratios": [
            {
                "id": fact_id("ratios", index),
                "name": r.name,
                "label": r.label,
                "percent": _plain(r.percent),
                "confidence": r.confidence,
                "evidence": _evidence(r.evidence),
            }
            for index, r in enumerate(extraction.ratios)
        ],
        "deductions": [
            {
                "id": fact_id("deductions", index),
                "indicator": d.indicator,
                "points": _plain(d.points),
                "reason": d.reason,
                "confidence": d.confidence,
                "evidence": _evidence(d.evidence),
            }
            for index, d in enumerate(extraction.deductions)
        ],
        "sections": {
            kind: [item.text for item in extraction.sections if item.kind == kind]
            for kind in ("problems", "improvements")
        },
        "doubts": [
            {"kind": q.kind, "message": q.message, "readings": list(q.readings), "evidence": _evidence(q.evidence)}
            for q in extraction.doubts
        ],
        "ledger": summary(extraction.ledger),
        "findings": [
            {
                "check": f.check,
                "severity": f.severity,
                "subject": f.subject,
                "stated": _plain(f.stated),
                "computed": _plain(f.computed),
                "difference": _plain(f.difference),
                "tolerance": _plain(f.tolerance),
                "message": f.message_zh,
                "uses": list(f.uses),
                "evidence": [_evidence(sided.evidence) for sided in f.evidence],
            }
            for f in findings
        ],
    }
