SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    change.fact_id,
    change.fiscal_year AS change_fiscal_year,
    change.flow,
    change.scheme,
    change.item,
    change.label,
    change.yuan AS change_yuan,
    change.percent AS change_pct,
    change.page,
    core.box(change.x0, change.top, change.x1, change.bottom) AS box,
    change.evidence_text,
    change.document_sha256
FROM core.changes AS change
INNER JOIN core.current_reports AS report ON change.document_sha256 = report.document_sha256
