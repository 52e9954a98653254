WITH levels AS (
    SELECT
        level.document_sha256,
        array_to_string(level.path, '/') AS subject,
        level.full_marks,
        level.full_marks_ulp AS ulp,
        sums.full_marks AS child_marks,
        [level.fact_id] AS stated_fact_ids,
        sums.fact_ids,
        count(*) FILTER (WHERE level.full_marks = sums.full_marks) OVER of_document AS whole,
        count(*) OVER of_document AS judged
    FROM core.scores AS level
    INNER JOIN core.marks_sums AS sums
        ON level.document_sha256 = sums.document_sha256 AND level.fact_id = sums.parent_id
    WHERE level.full_marks IS NOT NULL
    WINDOW of_document AS (PARTITION BY level.document_sha256)
),

totals AS (
    SELECT
        report.document_sha256,
        'total' AS subject,
        report.full_marks,
        1 AS ulp,
        sums.full_marks AS child_marks,
        []::VARCHAR[] AS stated_fact_ids,
        sums.fact_ids,
        coalesce(scores.has_marks AND scores.score = report.total_score, FALSE) AS is_listed_whole
    FROM core.reports AS report
    INNER JOIN core.marks_sums AS sums
        ON report.document_sha256 = sums.document_sha256 AND sums.parent_id IS NULL
    LEFT JOIN core.score_sums AS scores
        ON report.document_sha256 = scores.document_sha256 AND scores.parent_id IS NULL
),

offenders AS (
    SELECT
        document_sha256,
        subject,
        full_marks,
        ulp,
        child_marks,
        stated_fact_ids,
        fact_ids
    FROM levels
    -- Less may be a part of the list, unless every other level of the document is listed whole.
    WHERE child_marks > full_marks OR (child_marks < full_marks AND whole >= 2 AND whole = judged - 1)
    UNION ALL
    SELECT
        document_sha256,
        subject,
        full_marks,
        ulp,
        child_marks,
        stated_fact_ids,
        fact_ids
    FROM totals
    -- Far too much is a list that was read twice, not one that was added up wrongly.
    WHERE
        (child_marks > full_marks AND child_marks < 1.5 * full_marks)
        OR (child_marks < full_marks AND is_listed_whole)
)

SELECT
    document_sha256,
    subject,
    'points' AS unit,
    full_marks AS stated,
    child_marks AS computed,
    0 AS tolerance,
    abs(full_marks - child_marks) AS gap,
    ulp,
    stated_fact_ids,
    fact_ids AS computed_fact_ids
FROM offenders
