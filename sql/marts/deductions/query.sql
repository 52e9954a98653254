SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    deduction.fact_id,
    deduction.indicator,
    deduction.points,
    deduction.reason,
    deduction.page,
    core.box(deduction.x0, deduction.top, deduction.x1, deduction.bottom) AS box,
    deduction.evidence_text,
    deduction.document_sha256
FROM core.deductions AS deduction
INNER JOIN core.current_reports AS report ON deduction.document_sha256 = report.document_sha256
