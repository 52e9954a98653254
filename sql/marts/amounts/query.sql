SELECT
    report.region_code,
    report.organization,
    report.fiscal_year AS report_fiscal_year,
    amount.fiscal_year,
    amount.fact_id,
    amount.flow,
    amount.stage,
    amount.scheme,
    amount.item,
    amount.parent_item,
    amount.label,
    amount.yuan,
    amount.confidence,
    row_number() OVER (
        PARTITION BY
            amount.document_sha256, amount.fiscal_year, amount.flow, amount.stage, amount.scheme, amount.item,
            amount.parent_item
        ORDER BY amount.fact_id
    ) AS statement,
    tree.part_of,
    tree.level,
    coalesce(tree.is_leaf, FALSE) AS is_leaf,
    amount.page,
    core.box(amount.x0, amount.top, amount.x1, amount.bottom) AS box,
    amount.evidence_text,
    fixed.fact_id IS NOT NULL AS corrected,
    amount.document_sha256
FROM core.amounts AS amount
INNER JOIN core.current_reports AS report ON amount.document_sha256 = report.document_sha256
LEFT JOIN core.amount_tree() AS tree
    ON amount.document_sha256 = tree.document_sha256 AND amount.fact_id = tree.fact_id
LEFT JOIN core.corrected_facts AS fixed
    ON amount.document_sha256 = fixed.document_sha256 AND amount.fact_id = fixed.fact_id
