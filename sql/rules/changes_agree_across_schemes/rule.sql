WITH first AS (
    SELECT *
    FROM core.changes
    WHERE yuan IS NOT NULL
    QUALIFY
        row_number() OVER (PARTITION BY document_sha256, fiscal_year, flow, scheme, item ORDER BY fact_id) = 1
),

parts AS (
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        scheme,
        item
    FROM core.amounts
    WHERE
        stage = 'final'
        AND (scheme IN ('function', 'economic') OR (scheme = 'nature' AND item IN ('basic', 'project')))
    GROUP BY ALL
),

sums AS (
    SELECT
        parts.document_sha256,
        parts.fiscal_year,
        parts.flow,
        parts.scheme,
        sum(first.yuan) AS yuan,
        sum(first.ulp_yuan) AS ulp_yuan,
        sum(core.printed_low(first.yuan, first.ulp_yuan)) AS low,
        sum(core.printed_high(first.yuan, first.ulp_yuan)) AS high,
        list(first.fact_id ORDER BY first.fact_id) AS fact_ids
    FROM parts
    LEFT JOIN first
        ON
            parts.document_sha256 = first.document_sha256
            AND parts.fiscal_year = first.fiscal_year
            AND parts.flow = first.flow
            AND parts.scheme = first.scheme
            AND parts.item = first.item
    GROUP BY parts.document_sha256, parts.fiscal_year, parts.flow, parts.scheme
    -- Complete: every part that has an amount has a change too.
    HAVING
        count(*) >= 2 AND count(first.fact_id) = count(*)
        -- The list itself is whole: by nature when both are there, by class when the amounts make up the total.
        AND (
            parts.scheme = 'nature'
            OR (parts.document_sha256, parts.fiscal_year, parts.flow, parts.scheme) IN (
                SELECT (partition.document_sha256, partition.fiscal_year, partition.flow, partition.scheme)
                FROM core.whole_partitions AS partition
                WHERE partition.stage = 'final'
            )
        )
    UNION ALL
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        'whole' AS scheme,
        yuan,
        ulp_yuan,
        core.printed_low(yuan, ulp_yuan) AS low,
        core.printed_high(yuan, ulp_yuan) AS high,
        [fact_id] AS fact_ids
    FROM first
    WHERE scheme = 'total'
)

SELECT
    one.document_sha256,
    concat_ws('/', one.flow, one.scheme, other.scheme, one.fiscal_year) AS subject,
    'yuan' AS unit,
    one.yuan AS stated,
    other.yuan AS computed,
    (one.ulp_yuan + other.ulp_yuan) / 2 AS tolerance,
    core.gap_between(one.low, one.high, other.low, other.high) AS gap,
    one.ulp_yuan AS ulp,
    one.fact_ids AS stated_fact_ids,
    other.fact_ids AS computed_fact_ids
FROM sums AS one
INNER JOIN sums AS other
    ON
        one.document_sha256 = other.document_sha256
        AND one.fiscal_year = other.fiscal_year
        AND one.flow = other.flow
        AND one.scheme < other.scheme
WHERE core.gap_between(one.low, one.high, other.low, other.high) > 0
