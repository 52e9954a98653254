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

involved AS (
    SELECT document_sha256 FROM pairs
    UNION
    SELECT old_sha256 FROM pairs
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
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
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
        [x0, top, x1, bottom] AS box
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
        [x0, top, x1, bottom] AS box
    FROM core.amounts
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
    UNION ALL
    SELECT
        document_sha256,
        unnest(['score', 'full_marks']) AS kind,
        array_to_string(path, ' / ') AS fact,
        unnest([score, full_marks])::VARCHAR AS shown,
        'points' AS unit,
        fact_id,
        page,
        [x0, top, x1, bottom] AS box
    FROM core.scores
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
    UNION ALL
    SELECT
        document_sha256,
        'ratio' AS kind,
        concat_ws('/', fiscal_year, name, flow, scheme, item, label) AS fact,
        percent::VARCHAR AS shown,
        'pct' AS unit,
        fact_id,
        page,
        [x0, top, x1, bottom] AS box
    FROM core.ratios
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
    UNION ALL
    SELECT
        document_sha256,
        unnest(['change', 'change_rate']) AS kind,
        concat_ws('/', fiscal_year, flow, scheme, item) AS fact,
        unnest([yuan::VARCHAR, percent::VARCHAR]) AS shown,
        unnest(['yuan', 'pct']) AS unit,
        fact_id,
        page,
        [x0, top, x1, bottom] AS box
    FROM core.changes
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
    UNION ALL
    SELECT
        document_sha256,
        'deduction' AS kind,
        indicator AS fact,
        points::VARCHAR AS shown,
        'points' AS unit,
        fact_id,
        page,
        [x0, top, x1, bottom] AS box
    FROM core.deductions
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
    UNION ALL
    SELECT
        document_sha256,
        kind,
        item_text AS fact,
        item_text AS shown,
        NULL AS unit,
        fact_id,
        page,
        [x0, top, x1, bottom] AS box
    FROM core.sections
    WHERE document_sha256 IN (SELECT involved.document_sha256 FROM involved)
),

-- A fact that a document gives twice is compared in the order in which it is printed.
numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY document_sha256, kind, fact ORDER BY fact_id) AS occurrence
    FROM facts
),

old_facts AS (
    SELECT
        numbered.*,
        pairs.document_sha256 AS new_sha256
    FROM numbered
    INNER JOIN pairs ON numbered.document_sha256 = pairs.old_sha256
),

new_facts AS (
    SELECT
        numbered.*,
        pairs.old_sha256
    FROM numbered
    INNER JOIN pairs ON numbered.document_sha256 = pairs.document_sha256
),

compared AS (
    SELECT
        coalesce(this.old_sha256, before.document_sha256) AS old_document_sha256,
        coalesce(this.document_sha256, before.new_sha256) AS new_document_sha256,
        coalesce(this.kind, before.kind) AS kind,
        coalesce(this.fact, before.fact) AS fact,
        coalesce(this.occurrence, before.occurrence) AS occurrence,
        coalesce(this.unit, before.unit) AS unit,
        before.shown AS old_value,
        this.shown AS new_value,
        before.fact_id AS old_fact_id,
        before.page AS old_page,
        CASE WHEN before.box[1] IS NOT NULL THEN before.box END AS old_box,
        this.fact_id AS new_fact_id,
        this.page AS new_page,
        CASE WHEN this.box[1] IS NOT NULL THEN this.box END AS new_box
    FROM new_facts AS this
    FULL OUTER JOIN old_facts AS before
        ON
            this.document_sha256 = before.new_sha256
            AND this.old_sha256 = before.document_sha256
            AND this.kind = before.kind
            AND this.fact = before.fact
            AND this.occurrence = before.occurrence
    WHERE before.shown IS DISTINCT FROM this.shown
)

SELECT
    pairs.region_code,
    coalesce(pairs.organization, pairs.publisher) AS organization,
    pairs.fiscal_year,
    pairs.revision,
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
    compared.old_page,
    compared.old_box,
    compared.old_document_sha256,
    compared.new_page,
    compared.new_box,
    fixed_old.fact_id IS NOT NULL OR fixed_new.fact_id IS NOT NULL AS corrected,
    compared.new_document_sha256
FROM compared
INNER JOIN pairs
    ON compared.new_document_sha256 = pairs.document_sha256 AND compared.old_document_sha256 = pairs.old_sha256
LEFT JOIN core.corrected_facts AS fixed_old
    ON
        compared.old_document_sha256 = fixed_old.document_sha256
        AND compared.old_fact_id = fixed_old.fact_id
        AND (compared.kind <> 'report' OR list_contains(fixed_old.fields, compared.fact))
LEFT JOIN core.corrected_facts AS fixed_new
    ON
        compared.new_document_sha256 = fixed_new.document_sha256
        AND compared.new_fact_id = fixed_new.fact_id
        AND (compared.kind <> 'report' OR list_contains(fixed_new.fields, compared.fact))
