SELECT
    fiscal_year,
    organization,
    item,
    coalesce(budget_yuan, initial_budget_yuan) AS budget_yuan,
    final_yuan,
    last_year_final_yuan,
    control_rate_pct,
    change_pct,
    final_page,
    document_sha256
FROM mart.three_public
WHERE control_rate_pct > 100 OR change_yuan > 0
ORDER BY fiscal_year ASC, change_yuan DESC NULLS LAST, organization ASC, item ASC;
