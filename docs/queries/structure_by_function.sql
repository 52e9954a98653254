SELECT
    fiscal_year,
    item AS class_code,
    any_value(label ORDER BY label) AS label,
    count(*) AS departments,
    sum(yuan) AS yuan,
    round(100 * sum(yuan) / sum(sum(yuan)) OVER (PARTITION BY fiscal_year), 2) AS share_pct
FROM mart.expenditure_structure
WHERE scheme = 'function' AND stage = 'final' AND is_leaf
GROUP BY fiscal_year, item
ORDER BY fiscal_year ASC, yuan DESC;
