WITH parts AS (
    SELECT
        part.document_sha256,
        part.fiscal_year,
        part.stage,
        whole.item AS whole_item,
        whole.yuan,
        whole.ulp_yuan,
        whole.low,
        whole.high,
        whole.fact_ids,
        part.yuan AS part_yuan,
        part.ulp_yuan AS part_ulp_yuan,
        part.low AS part_low,
        part.high AS part_high,
        part.item AS part_item,
        part.fact_ids AS part_fact_ids
    FROM core.amount_keys AS part
    INNER JOIN core.amount_keys AS whole
        ON
            part.document_sha256 = whole.document_sha256
            AND part.fiscal_year = whole.fiscal_year
            AND part.flow = whole.flow
            AND part.stage = whole.stage
            AND (
                (whole.scheme = 'project' AND part.parent_item = whole.item)
                OR (whole.scheme = 'nature' AND whole.item = 'project' AND part.parent_item IS NULL)
            )
    WHERE part.scheme = 'project' AND part.item <> whole.item
)

SELECT
    document_sha256,
    concat_ws('/', 'expenditure', stage, 'project', whole_item, fiscal_year) AS subject,
    'yuan' AS unit,
    any_value(yuan) AS stated,
    sum(part_yuan) AS computed,
    (any_value(ulp_yuan) + sum(part_ulp_yuan)) / 2 AS tolerance,
    core.gap_between(any_value(low), any_value(high), sum(part_low), sum(part_high)) AS gap,
    any_value(ulp_yuan) AS ulp,
    any_value(fact_ids) AS stated_fact_ids,
    flatten(list(part_fact_ids ORDER BY part_item)) AS computed_fact_ids
FROM parts
GROUP BY document_sha256, fiscal_year, stage, whole_item
HAVING
    sum(part_yuan) > any_value(yuan)
    AND core.gap_between(any_value(low), any_value(high), sum(part_low), sum(part_high)) > 0
