SELECT
    later.document_sha256,
    concat_ws('/', later.flow, later.scheme, later.item, later.fiscal_year) AS subject,
    'yuan' AS unit,
    later.yuan AS stated,
    first.yuan AS computed,
    (first.ulp_yuan + later.ulp_yuan) / 2 AS tolerance,
    core.gap_between(
        core.printed_low(later.yuan, later.ulp_yuan), core.printed_high(later.yuan, later.ulp_yuan),
        core.printed_low(first.yuan, first.ulp_yuan), core.printed_high(first.yuan, first.ulp_yuan)
    ) AS gap,
    later.ulp_yuan AS ulp,
    [later.fact_id] AS stated_fact_ids,
    [first.fact_id] AS computed_fact_ids
FROM core.changes AS later
INNER JOIN core.first_changes AS first
    ON
        later.document_sha256 = first.document_sha256
        AND later.fiscal_year = first.fiscal_year
        AND later.flow = first.flow
        AND later.scheme = first.scheme
        AND later.item = first.item
        AND first.fact_id < later.fact_id
        -- A class may change once in 基本支出 and once in 项目支出: those are two parts of it.
        AND later.scheme NOT IN ('function', 'economic')
WHERE
    core.gap_between(
        core.printed_low(later.yuan, later.ulp_yuan), core.printed_high(later.yuan, later.ulp_yuan),
        core.printed_low(first.yuan, first.ulp_yuan), core.printed_high(first.yuan, first.ulp_yuan)
    ) > 0
QUALIFY row_number() OVER (PARTITION BY later.document_sha256, later.fact_id ORDER BY first.fact_id) = 1
