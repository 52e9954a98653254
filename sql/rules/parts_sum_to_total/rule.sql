WITH parts AS (
    SELECT
        whole.document_sha256,
        whole.fiscal_year,
        whole.flow,
        whole.stage,
        told.identity,
        told.needed,
        CASE WHEN told.judged = 'whole' THEN told.parts END AS needed_count,
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
    FROM core.amount_keys AS whole
    INNER JOIN core.part_of_sums AS told
        ON
            whole.scheme = told.whole_scheme
            AND whole.item = told.whole_item
            -- What exceeds a whole are its own parts; what else may join them may lie inside one.
            AND (told.judged = 'whole' OR (told.judged = 'exceeded' AND told.needed))
    INNER JOIN core.amount_keys AS part
        ON
            whole.document_sha256 = part.document_sha256
            AND whole.fiscal_year = part.fiscal_year
            AND whole.flow = part.flow
            AND whole.stage = part.stage
            AND told.part_scheme = part.scheme
            AND coalesce(told.part_item, part.item) = part.item
),

sums AS (
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        stage,
        identity,
        any_value(yuan) AS stated,
        any_value(ulp_yuan) AS ulp,
        any_value(low) AS low,
        any_value(high) AS high,
        any_value(fact_ids) AS stated_fact_ids,
        sum(part_yuan) AS computed,
        (any_value(ulp_yuan) + sum(part_ulp_yuan)) / 2 AS tolerance,
        sum(part_low) AS sum_low,
        sum(part_high) AS sum_high,
        core.gap_between(any_value(low), any_value(high), sum(part_low), sum(part_high)) AS gap,
        flatten(list(part_fact_ids ORDER BY part_item)) AS computed_fact_ids,
        list(part_item ORDER BY part_item) AS items,
        coalesce(count(*) FILTER (WHERE needed) >= any_value(needed_count), FALSE) AS is_whole
    FROM parts
    GROUP BY document_sha256, fiscal_year, flow, stage, identity
    HAVING count(*) >= 2
),

-- A list of classes is whole where its shares come to 100, or where the same classes make up the total elsewhere.
whole_shares AS (
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        scheme
    FROM core.ratios
    WHERE name = 'share' AND scheme IN ('function', 'economic')
    GROUP BY document_sha256, fiscal_year, flow, scheme
    HAVING sum(percent) BETWEEN 99 AND 101
),

whole_elsewhere AS (
    SELECT DISTINCT
        document_sha256,
        flow,
        scheme,
        items
    FROM core.whole_partitions
)

SELECT
    sums.document_sha256,
    concat_ws('/', sums.flow, sums.stage, sums.identity, sums.fiscal_year) AS subject,
    'yuan' AS unit,
    sums.stated,
    sums.computed,
    sums.tolerance,
    sums.gap,
    sums.ulp,
    sums.stated_fact_ids,
    sums.computed_fact_ids
FROM sums
LEFT JOIN whole_shares
    ON
        sums.document_sha256 = whole_shares.document_sha256
        AND sums.fiscal_year = whole_shares.fiscal_year
        AND sums.flow = whole_shares.flow
        AND sums.identity = whole_shares.scheme
LEFT JOIN whole_elsewhere
    ON
        sums.document_sha256 = whole_elsewhere.document_sha256
        AND sums.flow = whole_elsewhere.flow
        AND sums.identity = whole_elsewhere.scheme
        AND sums.items = whole_elsewhere.items
WHERE
    sums.gap > 0
    -- 一般公共预算财政拨款支出1768万元,主要用于…: the classes of one fund make up that fund, not all that was spent.
    AND NOT EXISTS (
        SELECT 1
        FROM core.amount_keys AS fund
        WHERE
            sums.identity IN ('nature', 'function', 'economic')
            AND fund.scheme = 'source'
            AND fund.document_sha256 = sums.document_sha256
            AND fund.fiscal_year = sums.fiscal_year
            AND fund.flow = sums.flow
            AND fund.stage = sums.stage
            AND core.gap_between(fund.low, fund.high, sums.sum_low, sums.sum_high) <= 0
    )
    AND (
        sums.computed > sums.stated
        OR sums.is_whole
        OR whole_shares.document_sha256 IS NOT NULL
        OR whole_elsewhere.document_sha256 IS NOT NULL
    )
