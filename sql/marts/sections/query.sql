SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    section.fact_id,
    section.kind,
    section.item_text,
    section.page,
    core.box(section.x0, section.top, section.x1, section.bottom) AS box,
    section.evidence_text,
    section.document_sha256
FROM core.sections AS section
INNER JOIN core.current_reports AS report ON section.document_sha256 = report.document_sha256
