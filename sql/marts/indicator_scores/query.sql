WITH levels AS (
    SELECT DISTINCT
        document_sha256,
        unnest([path[:depth] FOR depth IN range(1, len(path))]) AS path
    FROM core.scores
)

SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    score.fact_id,
    array_to_string(score.path, ' / ') AS indicator_path,
    score.indicator,
    name.canonical,
    meaning.indicator_group,
    score.level,
    inner_level.document_sha256 IS NULL AS is_leaf,
    score.full_marks,
    score.score,
    score.confidence,
    score.full_marks - score.score AS lost_points,
    CASE WHEN score.full_marks > 0 THEN round(100 * score.score / score.full_marks, 4) END AS score_rate_pct,
    score.page,
    core.box(score.x0, score.top, score.x1, score.bottom) AS box,
    score.evidence_text,
    fixed.fact_id IS NOT NULL AS corrected,
    score.document_sha256
FROM core.scores AS score
INNER JOIN core.current_reports AS report ON score.document_sha256 = report.document_sha256
LEFT JOIN core.indicator_names AS name ON score.indicator = name.indicator
LEFT JOIN core.indicators AS meaning ON name.canonical = meaning.canonical
LEFT JOIN levels AS inner_level ON score.document_sha256 = inner_level.document_sha256 AND score.path = inner_level.path
LEFT JOIN core.corrected_facts AS fixed
    ON score.document_sha256 = fixed.document_sha256 AND score.fact_id = fixed.fact_id
