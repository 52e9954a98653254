-- Where facts are printed; a finding about the report's total names none and stands where the total stands.
WITH places AS (
    SELECT
        document_sha256,
        '' AS fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.reports
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.amounts
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.ratios
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.changes
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.scores
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box,
        evidence_text
    FROM core.deductions
)

SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    finding.finding_id,
    finding.code,
    finding.check_id,
    finding.severity,
    finding.subject,
    finding.unit,
    finding.stated,
    finding.computed,
    finding.difference,
    finding.tolerance,
    finding.message_zh,
    finding.message_en,
    place.page,
    place.box,
    place.evidence_text,
    finding.stated_fact_ids,
    finding.computed_fact_ids,
    other.page AS computed_page,
    other.box AS computed_box,
    other.evidence_text AS computed_text,
    report.organization_function,
    finding.document_sha256
FROM core.findings AS finding
INNER JOIN core.current_reports AS report ON finding.document_sha256 = report.document_sha256
LEFT JOIN places AS place
    ON
        finding.document_sha256 = place.document_sha256
        AND coalesce(finding.stated_fact_ids[1], '') = place.fact_id
LEFT JOIN places AS other
    ON finding.document_sha256 = other.document_sha256 AND finding.computed_fact_ids[1] = other.fact_id
