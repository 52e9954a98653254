WITH children AS (
    SELECT
        parent.document_sha256,
        parent.fact_id,
        parent.path,
        parent.full_marks,
        parent.full_marks_ulp,
        sum(child.full_marks) AS child_marks,
        bool_and(child.full_marks IS NOT NULL) AS is_complete,
        list(child.fact_id ORDER BY child.fact_id) AS fact_ids
    FROM core.scores AS parent
    INNER JOIN core.scores AS child
        ON parent.document_sha256 = child.document_sha256 AND parent.path = child.parent_path
    WHERE parent.full_marks IS NOT NULL
    GROUP BY ALL
)

SELECT
    document_sha256,
    array_to_string(path, '/') AS subject,
    'points' AS unit,
    full_marks AS stated,
    child_marks AS computed,
    0 AS tolerance,
    abs(full_marks - child_marks) AS gap,
    full_marks_ulp AS ulp,
    [fact_id] AS stated_fact_ids,
    fact_ids AS computed_fact_ids
FROM children
-- Children that sum to less may be a part of the list that the document gives.
WHERE is_complete AND child_marks > full_marks
