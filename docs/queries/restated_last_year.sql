SELECT
    fiscal_year,
    organization,
    concat_ws('/', flow, stage, scheme, item) AS figure,
    restated_yuan,
    first_reported_yuan,
    difference_yuan,
    restated_page,
    first_reported_page,
    document_sha256,
    first_reported_document_sha256
FROM mart.year_on_year
WHERE is_restated
ORDER BY abs(difference_yuan) DESC, organization ASC, figure ASC;
