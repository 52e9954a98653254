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

-- One row a key: a figure that is given twice stands for all that either statement allows.
CREATE OR REPLACE VIEW core.amount_keys AS
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
    list(fact_id ORDER BY fact_id) AS fact_ids
FROM core.amount_intervals
GROUP BY document_sha256, fiscal_year, flow, stage, scheme, item;

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
