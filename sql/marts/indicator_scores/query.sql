SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    score.fact_id,
    array_to_string(score.path, ' / ') AS indicator_path,
    score.indicator,
    name.canonical,
    score.level,
    score.full_marks,
    score.score,
    CASE WHEN score.full_marks > 0 THEN round(100 * score.score / score.full_marks, 4) END AS score_rate_pct,
    score.page,
    core.box(score.x0, score.top, score.x1, score.bottom) AS box,
    score.evidence_text,
    fixed.fact_id IS NOT NULL AS corrected,
    score.document_sha256
FROM core.scores AS score
INNER JOIN core.current_reports AS report ON score.document_sha256 = report.document_sha256
LEFT JOIN core.indicator_names AS name ON score.indicator = name.indicator
LEFT JOIN core.corrected_facts AS fixed
    ON score.document_sha256 = fixed.document_sha256 AND score.fact_id = fixed.fact_id
