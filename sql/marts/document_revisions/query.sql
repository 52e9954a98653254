WITH readable AS (
    SELECT
        report.region_code,
        report.organization,
        revision.organization AS publisher,
        revision.fiscal_year,
        revision.name,
        revision.revision,
        revision.document_sha256,
        lag(revision.document_sha256) OVER (
            PARTITION BY revision.organization, revision.fiscal_year, revision.name ORDER BY revision.revision
        ) AS old_sha256
    FROM core.revisions AS revision
    INNER JOIN core.named_reports AS report ON revision.document_sha256 = report.document_sha256
),

-- The same two files may follow one another in two chains, or again in one: they differ once.
pairs AS (
    SELECT *
    FROM readable
    WHERE old_sha256 IS NOT NULL
    QUALIFY
        row_number() OVER (
            PARTITION BY document_sha256, old_sha256 ORDER BY publisher, fiscal_year, name, revision
        ) = 1
),

sides AS (
    SELECT
        region_code,
        coalesce(organization, publisher) AS organization,
        fiscal_year,
        revision,
        old_sha256,
        document_sha256 AS new_sha256,
        unnest([old_sha256, document_sha256]) AS document_sha256,
        unnest([FALSE, TRUE]) AS is_new
    FROM pairs
),

own_fields AS (
    SELECT
        *,
        unnest([  -- noqa: AL03
            { 'fact': 'organization', 'shown': organization, 'unit': NULL },
            { 'fact': 'region_code', 'shown': region_code, 'unit': NULL },
            { 'fact': 'fiscal_year', 'shown': fiscal_year::VARCHAR, 'unit': NULL },
            { 'fact': 'form', 'shown': form, 'unit': NULL },
            { 'fact': 'total_score', 'shown': total_score::VARCHAR, 'unit': 'points' },
            { 'fact': 'full_marks', 'shown': full_marks::VARCHAR, 'unit': 'points' },
            { 'fact': 'grade', 'shown': grade, 'unit': NULL }
        ], recursive := TRUE)
    FROM core.reports
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
),

facts AS (
    SELECT
        document_sha256,
        'report' AS kind,
        fact,
        shown,
        unit,
        '' AS fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM own_fields
    UNION ALL
    SELECT
        document_sha256,
        'amount' AS kind,
        concat_ws('/', fiscal_year, flow, stage, scheme, parent_item, item) AS fact,
        yuan::VARCHAR AS shown,
        'yuan' AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.amounts
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
    UNION ALL
    SELECT
        document_sha256,
        unnest(['score', 'full_marks']) AS kind,
        array_to_string(path, ' / ') AS fact,
        unnest([score, full_marks])::VARCHAR AS shown,
        'points' AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.scores
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
    UNION ALL
    SELECT
        document_sha256,
        'ratio' AS kind,
        concat_ws('/', fiscal_year, name, flow, scheme, item, label) AS fact,
        percent::VARCHAR AS shown,
        'pct' AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.ratios
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
    UNION ALL
    SELECT
        document_sha256,
        unnest(['change', 'change_rate']) AS kind,
        concat_ws('/', fiscal_year, flow, scheme, item) AS fact,
        unnest([yuan::VARCHAR, percent::VARCHAR]) AS shown,
        unnest(['yuan', 'pct']) AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.changes
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
    UNION ALL
    SELECT
        document_sha256,
        'deduction' AS kind,
        indicator AS fact,
        points::VARCHAR AS shown,
        'points' AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.deductions
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
    UNION ALL
    SELECT
        document_sha256,
        kind,
        item_text AS fact,
        item_text AS shown,
        NULL AS unit,
        fact_id,
        page,
        core.box(x0, top, x1, bottom) AS box
    FROM core.sections
    WHERE document_sha256 IN (SELECT sides.document_sha256 FROM sides)
),

-- A fact that a document gives twice is compared in the order in which it is printed.
numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY document_sha256, kind, fact ORDER BY fact_id) AS occurrence
    FROM facts
),

compared AS (
    SELECT
        sides.region_code,
        sides.organization,
        sides.fiscal_year,
        sides.revision,
        sides.old_sha256,
        sides.new_sha256,
        numbered.kind,
        numbered.fact,
        numbered.occurrence,
        any_value(numbered.unit) AS unit,
        any_value(numbered.shown) FILTER (WHERE NOT sides.is_new) AS old_value,
        any_value(numbered.shown) FILTER (WHERE sides.is_new) AS new_value,
        any_value(numbered.fact_id) FILTER (WHERE NOT sides.is_new) AS old_fact_id,
        any_value(numbered.fact_id) FILTER (WHERE sides.is_new) AS new_fact_id,
        any_value(numbered.page) FILTER (WHERE NOT sides.is_new) AS old_page,
        any_value(numbered.page) FILTER (WHERE sides.is_new) AS new_page,
        any_value(numbered.box) FILTER (WHERE NOT sides.is_new) AS old_box,
        any_value(numbered.box) FILTER (WHERE sides.is_new) AS new_box
    FROM sides
    INNER JOIN numbered ON sides.document_sha256 = numbered.document_sha256
    GROUP BY ALL
    HAVING old_value IS DISTINCT FROM new_value
)

SELECT
    compared.region_code,
    compared.organization,
    compared.fiscal_year,
    compared.revision,
    compared.kind,
    compared.fact,
    compared.occurrence,
    CASE
        WHEN compared.old_value IS NULL THEN 'added'
        WHEN compared.new_value IS NULL THEN 'removed'
        ELSE 'changed'
    END AS change,
    compared.old_value,
    compared.new_value,
    compared.unit,
    CASE
        WHEN compared.unit IS NOT NULL
            THEN try_cast(compared.new_value AS DECIMAL(20, 4)) - try_cast(compared.old_value AS DECIMAL(20, 4))
    END AS difference,
    nullif(compared.old_fact_id, '') AS old_fact_id,
    compared.old_page,
    compared.old_box,
    compared.old_sha256 AS old_document_sha256,
    nullif(compared.new_fact_id, '') AS new_fact_id,
    compared.new_page,
    compared.new_box,
    fixed_old.fact_id IS NOT NULL OR fixed_new.fact_id IS NOT NULL AS corrected,
    compared.new_sha256 AS new_document_sha256
FROM compared
LEFT JOIN core.corrected_facts AS fixed_old
    ON
        compared.old_sha256 = fixed_old.document_sha256
        AND compared.old_fact_id = fixed_old.fact_id
        AND (compared.kind <> 'report' OR list_contains(fixed_old.fields, compared.fact))
LEFT JOIN core.corrected_facts AS fixed_new
    ON
        compared.new_sha256 = fixed_new.document_sha256
        AND compared.new_fact_id = fixed_new.fact_id
        AND (compared.kind <> 'report' OR list_contains(fixed_new.fields, compared.fact))
