-- Where the rubric says so, the report writes the product out: 2分*99.18%=1.98分.
WITH texts AS (
    SELECT
        document_sha256,
        fact_id,
        evidence_text
    FROM core.ratios
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        evidence_text
    FROM core.scores
    UNION ALL
    SELECT
        document_sha256,
        fact_id,
        evidence_text
    FROM core.deductions
),

found AS (
    SELECT
        document_sha256,
        fact_id,
        unnest(
            regexp_extract_all(
                evidence_text,
                '[0-9]+(?:\.[0-9]+)?分?[*×][0-9]+(?:\.[0-9]+)?%=[0-9]+(?:\.[0-9]+)?分'
            )
        ) AS formula
    FROM texts
    WHERE contains(evidence_text, '%=')
),

formulas AS (
    SELECT
        document_sha256,
        formula,
        list(fact_id ORDER BY fact_id) AS fact_ids,
        regexp_extract_all(formula, '[0-9]+(?:\.[0-9]+)?') AS figures
    FROM found
    GROUP BY document_sha256, formula
),

figures AS (
    SELECT
        document_sha256,
        formula,
        fact_ids,
        figures[1]::DECIMAL(12, 4) AS full_marks,
        figures[2]::DECIMAL(12, 4) AS percent,
        figures[3]::DECIMAL(12, 4) AS score,
        power(10, -length(split_part(figures[2], '.', 2)))::DECIMAL(12, 4) AS percent_ulp,
        power(10, -length(split_part(figures[3], '.', 2)))::DECIMAL(12, 4) AS score_ulp
    FROM formulas
)

SELECT
    document_sha256,
    formula AS subject,
    'points' AS unit,
    score AS stated,
    full_marks * percent / 100 AS computed,
    score_ulp / 2 AS tolerance,
    core.gap_between(
        core.printed_low(score, score_ulp), core.printed_high(score, score_ulp),
        full_marks * core.printed_low(percent, percent_ulp) / 100,
        full_marks * core.printed_high(percent, percent_ulp) / 100
    ) AS gap,
    score_ulp AS ulp,
    fact_ids AS stated_fact_ids,
    fact_ids AS computed_fact_ids
FROM figures
WHERE gap > 0
