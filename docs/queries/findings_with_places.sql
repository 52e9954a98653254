SELECT
    finding.fiscal_year,
    finding.organization,
    finding.code,
    finding.message_zh,
    finding.stated,
    finding.computed,
    finding.unit,
    finding.page,
    finding.box,
    department.url
FROM mart.findings AS finding
LEFT JOIN mart.department_year AS department ON finding.document_sha256 = department.document_sha256
WHERE finding.severity = 'material'
ORDER BY finding.fiscal_year, finding.organization, finding.code, finding.subject;
