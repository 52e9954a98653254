WITH leaves AS (
    SELECT
        *,
        least(greatest(floor((score_rate_pct - 50) / 2.5)::BIGINT, 0), 20) AS bin
    FROM mart.indicator_scores
    WHERE is_leaf AND canonical IS NOT NULL AND fiscal_year IS NOT NULL AND score_rate_pct IS NOT NULL
)

SELECT
    canonical,
    indicator_group,
    fiscal_year,
    count(DISTINCT document_sha256) AS reports,
    count(*) AS scores,
    sum(full_marks) AS full_marks,
    sum(lost_points) AS lost_points,
    round(100 * sum(score) / sum(full_marks), 4) AS score_rate_pct,
    quantile_disc(score_rate_pct, 0.25) AS lower_rate_pct,
    count(*) FILTER (WHERE lost_points <= 0) AS full_scores,
    [coalesce(histogram(bin)[bin], 0) FOR bin IN range(21)] AS rate_counts
FROM leaves
GROUP BY canonical, indicator_group, fiscal_year
