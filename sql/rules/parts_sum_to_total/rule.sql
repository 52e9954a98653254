WITH identities (identity, whole_scheme, whole_item, part_scheme, part_item, part_count) AS (
    VALUES
    ('nature', 'total', 'total', 'nature', 'basic', 2),
    ('nature', 'total', 'total', 'nature', 'project', 2),
    ('basic', 'nature', 'basic', 'nature', 'personnel', 2),
    ('basic', 'nature', 'basic', 'nature', 'public_use', 2),
    ('three_public', 'three_public', 'total', 'three_public', 'abroad', 4),
    ('three_public', 'three_public', 'total', 'three_public', 'vehicle_purchase', 4),
    ('three_public', 'three_public', 'total', 'three_public', 'vehicle_operation', 4),
    ('three_public', 'three_public', 'total', 'three_public', 'reception', 4),
    ('source', 'total', 'total', 'source', 'fiscal_appropriation', 2),
    ('source', 'total', 'total', 'source', 'other', 2)
),

whole_shares AS (
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        scheme,
        sum(percent) BETWEEN 99 AND 101 AS is_whole
    FROM core.ratios
    WHERE name = 'share' AND scheme IN ('function', 'economic')
    GROUP BY document_sha256, fiscal_year, flow, scheme
),

named AS (
    SELECT
        whole.document_sha256,
        whole.fiscal_year,
        whole.flow,
        whole.stage,
        identities.identity,
        identities.part_count,
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
        part.fact_ids AS part_fact_ids,
        TRUE AS both_ways
    FROM core.amount_keys AS whole
    INNER JOIN identities
        ON whole.scheme = identities.whole_scheme AND whole.item = identities.whole_item
    INNER JOIN core.amount_keys AS part
        ON
            whole.document_sha256 = part.document_sha256
            AND whole.fiscal_year = part.fiscal_year
            AND whole.flow = part.flow
            AND whole.stage = part.stage
            AND identities.part_scheme = part.scheme
            AND identities.part_item = part.item
),

classes AS (
    SELECT
        whole.document_sha256,
        whole.fiscal_year,
        whole.flow,
        whole.stage,
        part.scheme AS identity,
        2 AS part_count,
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
        part.fact_ids AS part_fact_ids,
        -- A list of classes that is less than the whole may leave some out, unless its shares sum to 100.
        coalesce(whole_shares.is_whole, FALSE) AS both_ways
    FROM core.amount_keys AS whole
    INNER JOIN core.amount_keys AS part
        ON
            whole.document_sha256 = part.document_sha256
            AND whole.fiscal_year = part.fiscal_year
            AND whole.flow = part.flow
            AND whole.stage = part.stage
            AND part.scheme IN ('function', 'economic')
    LEFT JOIN whole_shares
        ON
            part.document_sha256 = whole_shares.document_sha256
            AND part.fiscal_year = whole_shares.fiscal_year
            AND part.flow = whole_shares.flow
            AND part.scheme = whole_shares.scheme
    WHERE whole.scheme = 'total'
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
        sum(part_low) AS part_low,
        sum(part_high) AS part_high,
        flatten(list(part_fact_ids ORDER BY part_item)) AS computed_fact_ids,
        any_value(both_ways) AS both_ways
    FROM (SELECT * FROM named UNION ALL BY NAME SELECT * FROM classes)
    GROUP BY document_sha256, fiscal_year, flow, stage, identity
    HAVING count(*) >= any_value(part_count)
)

SELECT
    document_sha256,
    concat_ws('/', flow, stage, identity, fiscal_year) AS subject,
    'yuan' AS unit,
    stated,
    computed,
    tolerance,
    core.gap_between(low, high, part_low, part_high) AS gap,
    ulp,
    stated_fact_ids,
    computed_fact_ids
FROM sums
WHERE core.gap_between(low, high, part_low, part_high) > 0 AND (both_ways OR computed > stated)
