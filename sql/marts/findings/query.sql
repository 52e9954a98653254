WITH places AS (
    SELECT
        document_sha256,
        fact_id,
        page,
        x0,
        top,
        x1,
        bottom,
        evidence_text
    FROM core.amounts
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        x0,
        top,
        x1,
        bottom,
        evidence_text
    FROM core.ratios
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        x0,
        top,
        x1,
        bottom,
        evidence_text
    FROM core.changes
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        page,
        x0,
        top,
        x1,
        bottom,
        evidence_text
    FROM core.scores
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
    -- A finding about the report's total stands where the total stands.
    CASE WHEN len(finding.stated_fact_ids) = 0 THEN report.page ELSE place.page END AS page,
    CASE
        WHEN len(finding.stated_fact_ids) = 0 AND report.x0 IS NOT NULL
            THEN [report.x0, report.top, report.x1, report.bottom]
        WHEN place.x0 IS NOT NULL THEN [place.x0, place.top, place.x1, place.bottom]
    END AS box,
    CASE WHEN len(finding.stated_fact_ids) = 0 THEN report.evidence_text ELSE place.evidence_text END AS evidence_text,
    finding.document_sha256
FROM core.findings AS finding
INNER JOIN core.current_reports AS report ON finding.document_sha256 = report.document_sha256
LEFT JOIN places AS place
    ON finding.document_sha256 = place.document_sha256 AND finding.stated_fact_ids[1] = place.fact_id
