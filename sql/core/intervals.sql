-- What a printed figure stands for: everything that rounds or truncates to it.
-- v is the figure, u one unit in its last printed digit; negative figures are mirrored.
CREATE OR REPLACE MACRO core.printed_low(v, u) AS
CASE WHEN v >= 0 THEN v::DOUBLE - u::DOUBLE / 2 ELSE v::DOUBLE - u::DOUBLE END;

CREATE OR REPLACE MACRO core.printed_high(v, u) AS
CASE WHEN v >= 0 THEN v::DOUBLE + u::DOUBLE ELSE v::DOUBLE + u::DOUBLE / 2 END;

-- How far two intervals are apart; zero or less when they meet. A billionth is arithmetic noise.
CREATE OR REPLACE MACRO core.gap_between(low_a, high_a, low_b, high_b) AS
greatest(low_a - high_b, low_b - high_a) - 1e-9 * greatest(1, abs(low_a), abs(low_b));

-- A bare 0 says "none"; it is as exact as the finest figure of its document.
CREATE OR REPLACE VIEW core.amount_intervals AS
WITH finest AS (
    SELECT
        document_sha256,
        min(ulp_yuan) AS ulp_yuan
    FROM core.amounts
    GROUP BY document_sha256
),

exact AS (
    SELECT
        amounts.* EXCLUDE (ulp_yuan),
        CASE
            WHEN amounts.yuan = 0 THEN least(amounts.ulp_yuan, finest.ulp_yuan) ELSE amounts.ulp_yuan
        END AS ulp_yuan
    FROM core.amounts AS amounts
    INNER JOIN finest ON amounts.document_sha256 = finest.document_sha256
)

SELECT
    *,
    core.printed_low(yuan, ulp_yuan) AS low,
    core.printed_high(yuan, ulp_yuan) AS high
FROM exact;

-- The first facts of a list: what a finding names, however often a broken table repeats a figure.
CREATE OR REPLACE MACRO core.first_facts(fact_ids) AS fact_ids[:20];

-- Facts that no finding may rest on: what accuses a department must not be our misreading.
CREATE OR REPLACE VIEW core.unsure_facts AS
SELECT
    document_sha256,
    fact_id
FROM core.amounts
WHERE confidence = 'unsure'
UNION ALL
SELECT
    document_sha256,
    fact_id
FROM core.scores
WHERE confidence = 'unsure'
UNION ALL
SELECT
    document_sha256,
    fact_id
FROM core.ratios
WHERE confidence = 'unsure'
UNION ALL
SELECT
    document_sha256,
    fact_id
FROM core.changes
WHERE confidence = 'unsure'
UNION ALL
SELECT
    document_sha256,
    fact_id
FROM core.deductions
WHERE confidence = 'unsure';

-- Where each statement of a figure stands: the passage or table. Statements of one key say the same thing.
CREATE OR REPLACE VIEW core.fact_blocks AS
SELECT
    document_sha256,
    fact_id,
    concat_ws('/', fiscal_year, flow, stage, scheme, item) AS statement_of,
    block
FROM core.amounts
WHERE block IS NOT NULL
UNION ALL
SELECT
    document_sha256,
    fact_id,
    fact_id AS statement_of,
    block
FROM core.ratios
WHERE block IS NOT NULL
UNION ALL
SELECT
    document_sha256,
    fact_id,
    fact_id AS statement_of,
    block
FROM core.changes
WHERE block IS NOT NULL;

-- One row a key: a figure that is given twice stands for all that either statement allows. Where some statements are
-- sure, only they count.
CREATE OR REPLACE VIEW core.amount_keys AS
WITH judged AS (
    SELECT
        *,
        bool_or(confidence = 'sure') OVER (
            PARTITION BY document_sha256, fiscal_year, flow, stage, scheme, item
        ) AS is_sure
    FROM core.amount_intervals
)

SELECT
    document_sha256,
    fiscal_year,
    flow,
    stage,
    scheme,
    item,
    arg_min(yuan, fact_id) AS yuan,
    max(ulp_yuan) AS ulp_yuan,
    min(low) AS low,
    max(high) AS high,
    arg_min(parent_item, fact_id) AS parent_item,
    core.first_facts(list(fact_id ORDER BY fact_id)) AS fact_ids,
    bool_and(is_sure) AS is_sure
FROM judged
WHERE confidence = 'sure' OR NOT is_sure
GROUP BY document_sha256, fiscal_year, flow, stage, scheme, item;

-- The first sure statements of a figure: those that later ones are held against. A broken table may repeat one
-- without end.
CREATE OR REPLACE VIEW core.first_amounts AS
SELECT *
FROM core.amount_intervals
WHERE confidence = 'sure'
QUALIFY row_number() OVER (PARTITION BY document_sha256, fiscal_year, flow, stage, scheme, item ORDER BY fact_id) <= 20;

-- The same of stated changes.
CREATE OR REPLACE VIEW core.first_changes AS
SELECT *
FROM core.changes
WHERE confidence = 'sure'
QUALIFY row_number() OVER (PARTITION BY document_sha256, fiscal_year, flow, scheme, item ORDER BY fact_id) <= 20;

-- What a printed rate stands for, and the sums that the same sentence gives for it.
CREATE OR REPLACE VIEW core.ratio_intervals AS
WITH finest AS (
    SELECT
        document_sha256,
        min(ulp_pct) AS ulp_pct
    FROM core.ratios
    GROUP BY document_sha256
),

exact AS (
    SELECT
        ratios.* EXCLUDE (ulp_pct),
        CASE
            WHEN ratios.percent = 0 THEN least(ratios.ulp_pct, finest.ulp_pct) ELSE ratios.ulp_pct
        END AS ulp_pct
    FROM core.ratios AS ratios
    INNER JOIN finest ON ratios.document_sha256 = finest.document_sha256
)

SELECT
    *,
    core.printed_low(percent, ulp_pct) AS low,
    core.printed_high(percent, ulp_pct) AS high
FROM exact;

-- Points printed whole, or all that there are, are given, not measured: they are exact. Others may be rounded.
CREATE OR REPLACE MACRO core.points_low(score, u, full_marks) AS
CASE WHEN u >= 1 OR (u >= 0.1 AND score = full_marks) THEN score::DOUBLE ELSE core.printed_low(score, u) END;

CREATE OR REPLACE MACRO core.points_high(score, u, full_marks) AS
CASE WHEN u >= 1 OR (u >= 0.1 AND score = full_marks) THEN score::DOUBLE ELSE core.printed_high(score, u) END;

-- Each indicator under the nearest level above it that has a score (full marks) of its own; NULL: under the total.
CREATE OR REPLACE VIEW core.score_tree AS
WITH above AS (
    SELECT
        document_sha256,
        fact_id,
        path,
        unnest(range(1, len(path))) AS depth
    FROM core.scores
),

-- One row a path, so that a table that repeats its rows is no square of them.
levels AS (
    SELECT
        document_sha256,
        path,
        max(fact_id) FILTER (WHERE score IS NOT NULL) AS with_score,
        max(fact_id) FILTER (WHERE full_marks IS NOT NULL) AS with_marks
    FROM core.scores
    GROUP BY document_sha256, path
),

nearest AS (
    SELECT
        above.document_sha256,
        above.fact_id,
        arg_max(level.with_score, above.depth) AS with_score,
        arg_max(level.with_marks, above.depth) AS with_marks
    FROM above
    INNER JOIN levels AS level
        ON above.document_sha256 = level.document_sha256 AND above.path[:above.depth] = level.path
    GROUP BY above.document_sha256, above.fact_id
)

SELECT
    score.*,
    nearest.with_score AS score_parent,
    nearest.with_marks AS marks_parent
FROM core.scores AS score
LEFT JOIN nearest ON score.document_sha256 = nearest.document_sha256 AND score.fact_id = nearest.fact_id;

-- What the scored indicators just under a level add up to (parent_id NULL: under the report's total).
CREATE OR REPLACE VIEW core.score_sums AS
SELECT
    document_sha256,
    score_parent AS parent_id,
    sum(score) AS score,
    sum(core.points_low(score, score_ulp, full_marks)) AS low,
    sum(core.points_high(score, score_ulp, full_marks)) AS high,
    min(score_ulp) AS finest_ulp,
    sum(full_marks) AS full_marks,
    bool_and(full_marks IS NOT NULL) AS has_marks,
    list(fact_id ORDER BY fact_id) AS fact_ids
FROM core.score_tree
WHERE score IS NOT NULL
GROUP BY document_sha256, score_parent;

-- What the full marks just under a level add up to.
CREATE OR REPLACE VIEW core.marks_sums AS
SELECT
    document_sha256,
    marks_parent AS parent_id,
    sum(full_marks) AS full_marks,
    count(*) AS children,
    list(fact_id ORDER BY fact_id) AS fact_ids
FROM core.score_tree
WHERE full_marks IS NOT NULL
GROUP BY document_sha256, marks_parent;

-- Lists of parts whose amounts make up the total of their stage: what tells that a list leaves nothing out.
CREATE OR REPLACE VIEW core.whole_partitions AS
SELECT
    part.document_sha256,
    part.fiscal_year,
    part.flow,
    part.stage,
    part.scheme,
    list(part.item ORDER BY part.item) AS items
FROM core.amount_keys AS part
INNER JOIN core.amount_keys AS whole
    ON
        part.document_sha256 = whole.document_sha256
        AND part.fiscal_year = whole.fiscal_year
        AND part.flow = whole.flow
        AND part.stage = whole.stage
        AND whole.scheme = 'total'
WHERE
    part.scheme IN ('function', 'economic')
    OR (part.scheme = 'nature' AND part.item IN ('basic', 'project'))
GROUP BY part.document_sha256, part.fiscal_year, part.flow, part.stage, part.scheme
HAVING
    count(*) >= 2
    AND core.gap_between(any_value(whole.low), any_value(whole.high), sum(part.low), sum(part.high)) <= 0;

-- What each figure lies inside, in its own list (document, year, flow, stage, scheme), as first printed: `part_of` is
-- an item that is given too, `level` counts from 1, and leaves are what may be summed: no yuan is in two of them.
-- Where the parts that are given do not make up their whole, the whole is the leaf, so that nothing is left out.
CREATE OR REPLACE MACRO core.amount_tree() AS TABLE
    WITH RECURSIVE inside AS (
        SELECT DISTINCT
            part_scheme AS scheme,
            part_item AS item,
            whole_item AS whole,
            CASE WHEN whole_item = 'total' THEN 2 ELSE 1 END AS distance
        FROM core.part_of_sums
        WHERE part_scheme = whole_scheme AND part_item IS NOT NULL
    ),

    figures AS (
        SELECT
            document_sha256,
            fact_id,
            (fiscal_year, flow, stage, scheme) AS list,
            scheme,
            item,
            -- The outturn of a project may be told without its parent: where the name has one parent, it is that.
            CASE
                WHEN parent_item IS NULL AND min(parent_item) OVER of_name = max(parent_item) OVER of_name
                    THEN min(parent_item) OVER of_name
                ELSE parent_item
            END AS parent,
            yuan,
            ulp_yuan
        FROM core.amounts
        WINDOW of_name AS (PARTITION BY document_sha256, scheme, item)
    ),

    firsts AS (
        SELECT *
        FROM figures
        QUALIFY row_number() OVER (PARTITION BY document_sha256, list, item, parent ORDER BY fact_id) = 1
    ),

    parts AS (
        SELECT
            part.*,
            whole.item AS part_of
        FROM firsts AS part
        LEFT JOIN inside ON part.scheme = inside.scheme AND part.item = inside.item
        LEFT JOIN firsts AS whole
            ON
                part.document_sha256 = whole.document_sha256
                AND part.list = whole.list
                AND coalesce(part.parent, inside.whole) = whole.item
                AND part.fact_id <> whole.fact_id
        QUALIFY
            row_number() OVER (
                PARTITION BY part.document_sha256, part.fact_id
                ORDER BY whole.item IS NULL, inside.distance, whole.fact_id
            ) = 1
    ),

    sums AS (
        SELECT
            document_sha256,
            list,
            part_of,
            sum(yuan) AS yuan,
            sum(ulp_yuan) AS ulp_yuan
        FROM parts
        WHERE part_of IS NOT NULL
        GROUP BY document_sha256, list, part_of
    ),

    wholes AS (
        SELECT
            part.document_sha256,
            part.fact_id,
            part.list,
            part.item,
            part.part_of,
            coalesce(abs(sums.yuan - part.yuan) <= sums.ulp_yuan + part.ulp_yuan, FALSE) AS is_made_up
        FROM parts AS part
        LEFT JOIN sums
            ON part.document_sha256 = sums.document_sha256 AND part.list = sums.list AND part.item = sums.part_of
    ),

    tree AS (
        SELECT
            *,
            1 AS level,
            TRUE AS is_open
        FROM wholes
        WHERE part_of IS NULL
        UNION ALL
        SELECT
            part.*,
            tree.level + 1 AS level,
            tree.is_open AND tree.is_made_up AS is_open
        FROM tree
        INNER JOIN wholes AS part
            ON tree.document_sha256 = part.document_sha256 AND tree.list = part.list AND tree.item = part.part_of
        WHERE tree.level < 9  -- a project may be printed as part of itself, by way of others
    )

    SELECT
        document_sha256,
        fact_id,
        min(part_of) AS part_of,
        min(level) AS level,
        bool_or(is_open AND NOT is_made_up) AS is_leaf
    FROM tree
    GROUP BY document_sha256, fact_id;
