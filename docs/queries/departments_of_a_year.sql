SELECT
    region_name,
    organization,
    coalesce(budget_yuan, initial_budget_yuan) AS budget_yuan,
    final_yuan,
    execution_rate_pct,
    total_score,
    finding_count,
    url,
    final_page
FROM mart.department_year
QUALIFY fiscal_year = max(fiscal_year) OVER ()
ORDER BY region_code, organization;
