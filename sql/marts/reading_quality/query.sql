WITH counted AS (
    SELECT
        document_sha256,
        sum(figures)::BIGINT AS figures,
        coalesce(sum(figures) FILTER (WHERE state = 'fact'), 0)::BIGINT AS facts,
        coalesce(sum(figures) FILTER (WHERE state = 'not_ours'), 0)::BIGINT AS not_ours,
        coalesce(sum(figures) FILTER (WHERE state = 'doubt'), 0)::BIGINT AS doubts,
        coalesce(sum(figures) FILTER (WHERE state = 'doubt' AND reason = 'unread_figure'), 0)::BIGINT AS unread_figures,
        coalesce(sum(figures) FILTER (WHERE state = 'doubt' AND reason = 'rival_values'), 0)::BIGINT AS rival_values
    FROM core.ledger
    GROUP BY document_sha256
),

facts AS (
    SELECT
        document_sha256,
        confidence
    FROM core.amounts
    UNION ALL
    SELECT
        document_sha256,
        confidence
    FROM core.scores
    UNION ALL
    SELECT
        document_sha256,
        confidence
    FROM core.ratios
    UNION ALL
    SELECT
        document_sha256,
        confidence
    FROM core.changes
    UNION ALL
    SELECT
        document_sha256,
        confidence
    FROM core.deductions
),

believed AS (
    SELECT
        document_sha256,
        count(*) AS facts_published,
        count(*) FILTER (WHERE confidence = 'sure') AS facts_sure
    FROM facts
    GROUP BY document_sha256
),

accused AS (
    SELECT
        document_sha256,
        count(*) AS findings
    FROM core.findings
    GROUP BY document_sha256
)

SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    sighting.source_id,
    report.kind,
    report.text_source,
    coalesce(counted.figures, 0) AS figures,
    coalesce(counted.facts, 0) AS facts,
    coalesce(counted.not_ours, 0) AS not_ours,
    coalesce(counted.doubts, 0) AS doubts,
    coalesce(counted.unread_figures, 0) AS unread_figures,
    coalesce(counted.rival_values, 0) AS rival_values,
    CASE WHEN counted.figures > 0 THEN round(100.0 * counted.doubts / counted.figures, 4) END AS doubt_share_pct,
    coalesce(believed.facts_published, 0) AS facts_published,
    coalesce(believed.facts_sure, 0) AS facts_sure,
    CASE
        WHEN believed.facts_published > 0
            THEN round(100.0 * believed.facts_sure / believed.facts_published, 4)
    END AS sure_share_pct,
    coalesce(accused.findings, 0) AS findings,
    report.document_sha256
FROM core.current_reports AS report
LEFT JOIN core.first_sightings AS sighting ON report.document_sha256 = sighting.document_sha256
LEFT JOIN counted ON report.document_sha256 = counted.document_sha256
LEFT JOIN believed ON report.document_sha256 = believed.document_sha256
LEFT JOIN accused ON report.document_sha256 = accused.document_sha256
