SELECT
    sighting.source_id,
    entry.fiscal_year,
    entry.item_id,
    entry.stage,
    coalesce(entry.url, sighting.url) AS url,
    entry.reason,
    entry.evidence
FROM core.quarantine AS entry
LEFT JOIN core.first_sightings AS sighting ON entry.item_id = sighting.document_sha256
WHERE entry.state = 'open'
