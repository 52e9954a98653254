WITH pairs AS (
    SELECT
        later.document_sha256,
        later.fact_id,
        concat_ws('/', later.flow, later.stage, later.scheme, later.item, later.fiscal_year) AS subject,
        later.yuan,
        later.ulp_yuan,
        first.fact_id AS first_id,
        first.yuan AS first_yuan,
        (first.ulp_yuan + later.ulp_yuan) / 2 AS tolerance,
        core.gap_between(later.low, later.high, first.low, first.high) AS gap
    FROM core.amount_intervals AS later
    INNER JOIN core.first_amounts AS first
        ON
            later.document_sha256 = first.document_sha256
            AND later.fiscal_year = first.fiscal_year
            AND later.flow = first.flow
            AND later.stage = first.stage
            AND later.scheme = first.scheme
            AND later.item = first.item
            AND first.fact_id < later.fact_id
            -- Two projects under two parents may have one name.
            AND coalesce(later.parent_item = first.parent_item, TRUE)
            -- A class may be given once in 基本支出 and once in 项目支出: those are two parts of it.
            AND later.scheme NOT IN ('function', 'economic')
            -- 支出总计 holds what is carried over at the year's end, 本年支出 does not.
            AND NOT (later.scheme = 'total' AND contains(later.label, '总计') <> contains(first.label, '总计'))
)

SELECT
    document_sha256,
    subject,
    'yuan' AS unit,
    yuan AS stated,
    first_yuan AS computed,
    tolerance,
    gap,
    ulp_yuan AS ulp,
    [fact_id] AS stated_fact_ids,
    [first_id] AS computed_fact_ids
FROM pairs
WHERE gap > 0
QUALIFY row_number() OVER (PARTITION BY document_sha256, fact_id ORDER BY first_id) = 1
