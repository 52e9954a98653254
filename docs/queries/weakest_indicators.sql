SELECT
    coalesce(canonical, indicator) AS indicator,
    canonical IS NOT NULL AS is_canonical,
    count(DISTINCT document_sha256) AS reports,
    round(100 * sum(score) / sum(full_marks), 2) AS score_rate_pct,
    sum(lost_points) AS marks_lost
FROM mart.indicator_scores
WHERE score IS NOT NULL AND full_marks > 0 AND is_leaf
GROUP BY ALL
ORDER BY marks_lost DESC, indicator ASC
LIMIT 20;
