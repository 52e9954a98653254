SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    ratio.fact_id,
    ratio.name,
    ratio.label,
    ratio.fiscal_year AS rate_fiscal_year,
    ratio.percent AS rate_pct,
    ratio.confidence,
    ratio.flow,
    ratio.scheme,
    ratio.item,
    ratio.page,
    core.box(ratio.x0, ratio.top, ratio.x1, ratio.bottom) AS box,
    ratio.evidence_text,
    ratio.document_sha256
FROM core.ratios AS ratio
INNER JOIN core.current_reports AS report ON ratio.document_sha256 = report.document_sha256
