WITH figures AS (
    SELECT *
    FROM mart.amounts
    WHERE scheme = 'three_public' AND flow = 'expenditure' AND statement = 1
),

items AS (
    SELECT DISTINCT
        document_sha256,
        region_code,
        organization,
        report_fiscal_year AS fiscal_year,
        item
    FROM figures
    WHERE fiscal_year = report_fiscal_year OR (fiscal_year = report_fiscal_year - 1 AND stage = 'final')
)

SELECT
    one.region_code,
    one.organization,
    one.fiscal_year,
    one.item,
    initial.yuan AS initial_budget_yuan,
    budget.yuan AS budget_yuan,
    coalesce(budget.page, initial.page) AS budget_page,
    coalesce(budget.box, initial.box) AS budget_box,
    final.yuan AS final_yuan,
    final.page AS final_page,
    final.box AS final_box,
    last_year.yuan AS last_year_final_yuan,
    last_year.page AS last_year_page,
    last_year.box AS last_year_box,
    coalesce(budget.yuan, initial.yuan) - final.yuan AS saved_yuan,
    CASE
        WHEN coalesce(budget.yuan, initial.yuan) > 0
            THEN round(100 * final.yuan / coalesce(budget.yuan, initial.yuan), 4)
    END AS control_rate_pct,
    final.yuan - last_year.yuan AS change_yuan,
    CASE WHEN last_year.yuan > 0 THEN round(100 * (final.yuan - last_year.yuan) / last_year.yuan, 4) END AS change_pct,
    one.document_sha256
FROM items AS one
LEFT JOIN figures AS initial
    ON
        one.document_sha256 = initial.document_sha256
        AND one.fiscal_year = initial.fiscal_year
        AND one.item = initial.item
        AND initial.stage = 'initial_budget'
LEFT JOIN figures AS budget
    ON
        one.document_sha256 = budget.document_sha256
        AND one.fiscal_year = budget.fiscal_year
        AND one.item = budget.item
        AND budget.stage = 'budget'
LEFT JOIN figures AS final
    ON
        one.document_sha256 = final.document_sha256
        AND one.fiscal_year = final.fiscal_year
        AND one.item = final.item
        AND final.stage = 'final'
LEFT JOIN figures AS last_year
    ON
        one.document_sha256 = last_year.document_sha256
        AND one.fiscal_year - 1 = last_year.fiscal_year
        AND one.item = last_year.item
        AND last_year.stage = 'final'
