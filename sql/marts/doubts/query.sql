SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    doubt.fact_id,
    doubt.kind,
    doubt.message,
    doubt.page,
    core.box(doubt.x0, doubt.top, doubt.x1, doubt.bottom) AS box,
    doubt.evidence_text,
    doubt.document_sha256
FROM core.doubts AS doubt
INNER JOIN core.current_reports AS report ON doubt.document_sha256 = report.document_sha256
