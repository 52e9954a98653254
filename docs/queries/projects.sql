SELECT
    fiscal_year,
    organization,
    project_path,
    coalesce(budget_yuan, initial_budget_yuan) AS budget_yuan,
    final_yuan,
    execution_rate_pct,
    coalesce(final_page, budget_page) AS page
FROM mart.projects
WHERE execution_rate_pct < 50
ORDER BY budget_yuan DESC, organization ASC, project_path ASC;
