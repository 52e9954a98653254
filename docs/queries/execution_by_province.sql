-- Means of rates mislead: a rate of sums counts only departments that give both sums.
SELECT
    department.fiscal_year,
    region.province_name,
    count(*) AS departments,
    sum(department.final_yuan) AS final_yuan,
    sum(coalesce(department.budget_yuan, department.initial_budget_yuan)) AS budget_yuan,
    round(100 * sum(department.final_yuan) / sum(coalesce(department.budget_yuan, department.initial_budget_yuan)), 2)
        AS execution_rate_pct
FROM mart.department_year AS department
INNER JOIN mart.region_year AS region
    ON department.region_code = region.region_code AND department.fiscal_year = region.fiscal_year
WHERE department.execution_rate_pct IS NOT NULL
GROUP BY department.fiscal_year, region.province_name
ORDER BY department.fiscal_year, region.province_name;
