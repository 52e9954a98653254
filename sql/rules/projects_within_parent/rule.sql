WITH projects AS (
    SELECT
        *,
        CASE WHEN parent_item IS NULL THEN 'nature' ELSE 'project' END AS whole_scheme,
        coalesce(parent_item, 'project') AS whole_item
    FROM core.amount_keys
    WHERE scheme = 'project'
),

parts AS (
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
    FROM projects AS part
    INNER JOIN core.amount_keys AS whole
        ON
            part.document_sha256 = whole.document_sha256
            AND part.fiscal_year = whole.fiscal_year
            AND part.flow = whole.flow
            AND part.stage = whole.stage
            AND part.whole_scheme = whole.scheme
            AND part.whole_item = whole.item
    WHERE part.item <> whole.item
),

sums AS (
    SELECT
        document_sha256,
        fiscal_year,
        stage,
        whole_item,
        any_value(yuan) AS stated,
        sum(part_yuan) AS computed,
        (any_value(ulp_yuan) + sum(part_ulp_yuan)) / 2 AS tolerance,
        core.gap_between(any_value(low), any_value(high), sum(part_low), sum(part_high)) AS gap,
        any_value(ulp_yuan) AS ulp,
        any_value(fact_ids) AS stated_fact_ids,
        flatten(list(part_fact_ids ORDER BY part_item)) AS computed_fact_ids,
        list(part_item ORDER BY part_item) AS items
    FROM parts
    GROUP BY document_sha256, fiscal_year, stage, whole_item
),

whole_elsewhere AS (
    SELECT DISTINCT
        document_sha256,
        whole_item,
        items
    FROM sums
    WHERE gap <= 0 AND len(items) >= 2
)

SELECT
    sums.document_sha256,
    concat_ws('/', 'expenditure', sums.stage, 'project', sums.whole_item, sums.fiscal_year) AS subject,
    'yuan' AS unit,
    sums.stated,
    sums.computed,
    sums.tolerance,
    sums.gap,
    sums.ulp,
    sums.stated_fact_ids,
    sums.computed_fact_ids
FROM sums
LEFT JOIN whole_elsewhere
    ON
        sums.document_sha256 = whole_elsewhere.document_sha256
        AND sums.whole_item = whole_elsewhere.whole_item
        AND sums.items = whole_elsewhere.items
-- A list may leave projects out, unless the same projects make up the whole at another stage.
WHERE sums.gap > 0 AND (sums.computed > sums.stated OR whole_elsewhere.document_sha256 IS NOT NULL)
