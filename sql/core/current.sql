-- A place on a page as one list, in PDF points from the page's top left; null where there is none.
CREATE OR REPLACE MACRO core.box(x0, top, x1, bottom) AS
CASE WHEN x0 IS NOT NULL THEN [x0, top, x1, bottom] END;

-- The address at which an original was published first.
CREATE OR REPLACE VIEW core.first_sightings AS
SELECT * FROM core.sightings
QUALIFY row_number() OVER (PARTITION BY document_sha256 ORDER BY published_on ASC NULLS LAST, url ASC) = 1;

-- Reports under the names of their departments as entities (core.organizations).
CREATE OR REPLACE VIEW core.named_reports AS
SELECT
    report.* REPLACE (
        coalesce(organization.name, report.organization) AS organization,
        coalesce(organization.region_code, report.region_code) AS region_code
    ),
    organization.organization_id,
    organization.function AS organization_function
FROM core.reports AS report
LEFT JOIN core.organization_aliases AS known
    ON report.organization = known.alias AND coalesce(report.region_code, '') = known.region_code
LEFT JOIN core.organizations AS organization ON known.organization_id = organization.organization_id;

-- Which documents are one report: the same department, year and kind, and the same facts, as PDF and as Word, say. What
-- states no fact, or not whose and of which year it is, is a report of its own.
CREATE OR REPLACE VIEW core.twins AS
SELECT
    report.document_sha256,
    report.media_type,
    report.fiscal_year,
    CASE
        WHEN report.organization IS NULL OR report.fiscal_year IS NULL OR facts.digest IS NULL
            THEN report.document_sha256
        ELSE concat_ws('/', report.organization, report.region_code, report.fiscal_year, report.kind, facts.digest)
    END AS twin
FROM core.named_reports AS report
LEFT JOIN core.fact_digests AS facts ON report.document_sha256 = facts.document_sha256;

-- The day from which a document was public, for each link of a chain that it is: as its site states it; a file that was
-- put in place of another without a new date (or without any), or put back, counts from the day on which it was first
-- seen there. Null where nobody told a day.
CREATE OR REPLACE VIEW core.publication_days AS
WITH stated AS (
    SELECT
        document_sha256,
        min(published_on) AS published_on,
        max(published_on) AS published_again_on
    FROM core.sightings
    GROUP BY document_sha256
),

links AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY organization, fiscal_year, name, document_sha256 ORDER BY revision
        ) > 1 AS is_put_back
    FROM core.revisions
)

SELECT
    report.document_sha256,
    link.organization,
    link.fiscal_year,
    link.name,
    link.revision,
    stated.published_again_on AS published_on,
    CASE
        WHEN link.is_put_back OR stated.published_on IS NULL OR replaced.published_on >= stated.published_on
            THEN link.seen_on
        ELSE stated.published_on
    END AS public_from
FROM core.reports AS report
LEFT JOIN stated ON report.document_sha256 = stated.document_sha256
LEFT JOIN links AS link ON report.document_sha256 = link.document_sha256
LEFT JOIN stated AS replaced ON link.replaces_sha256 = replaced.document_sha256;

-- The reports that counted on a day, `SELECT * FROM core.as_published(DATE '2022-08-30')`: of a chain of revisions the
-- newest that was public (one that names its department and year before one that does not), and of a department's
-- documents of a year the newest; of one that is there as a PDF, too, the PDF.
-- Their facts are in core.amounts and the other tables under the same document_sha256, superseded or not.
CREATE OR REPLACE MACRO core.as_published(asked_day) AS TABLE
    WITH public AS (
        SELECT *
        FROM core.publication_days
        WHERE public_from IS NULL OR public_from <= asked_day
    ),

    standing AS (
        SELECT DISTINCT
            public.document_sha256,
            public.published_on
        FROM public
        INNER JOIN core.reports AS report ON public.document_sha256 = report.document_sha256
        QUALIFY
            public.revision IS NULL
            OR row_number() OVER (
                PARTITION BY public.organization, public.fiscal_year, public.name
                ORDER BY report.organization IS NULL OR report.fiscal_year IS NULL, public.revision DESC
            ) = 1
    ),

    chosen AS (
        SELECT report.document_sha256
        FROM core.named_reports AS report
        INNER JOIN standing ON report.document_sha256 = standing.document_sha256
        QUALIFY
            row_number() OVER (
                PARTITION BY
                    coalesce(report.organization, report.document_sha256),
                    coalesce(report.region_code, ''),
                    coalesce(report.fiscal_year, 0)
                ORDER BY
                    standing.published_on DESC NULLS LAST, report.page_count DESC NULLS LAST, report.document_sha256 ASC
            ) = 1
    ),

    pdf_of_chosen AS (
        SELECT
            chosen.document_sha256,
            other.document_sha256 AS pdf_sha256
        FROM chosen
        INNER JOIN core.twins AS own ON chosen.document_sha256 = own.document_sha256
        INNER JOIN core.twins AS other ON own.twin = other.twin
        INNER JOIN public ON other.document_sha256 = public.document_sha256
        WHERE own.media_type <> 'application/pdf' AND other.media_type = 'application/pdf'
        QUALIFY
            row_number() OVER (
                PARTITION BY chosen.document_sha256
                ORDER BY public.published_on DESC NULLS LAST, other.document_sha256 ASC
            ) = 1
    )

    SELECT report.*
    FROM chosen
    LEFT JOIN pdf_of_chosen ON chosen.document_sha256 = pdf_of_chosen.document_sha256
    INNER JOIN core.named_reports AS report
        ON coalesce(pdf_of_chosen.pdf_sha256, chosen.document_sha256) = report.document_sha256;

-- A department's report of a year may be replaced: the newest counts, the others stay readable.
CREATE OR REPLACE VIEW core.current_reports AS
SELECT * FROM core.as_published(DATE '9999-12-31');

-- Facts that a person corrected; the report's own fields have an empty fact_id.
CREATE OR REPLACE VIEW core.corrected_facts AS
SELECT
    document_sha256,
    fact_id,
    list(field ORDER BY field) AS fields
FROM core.corrections
WHERE state = 'applied'
GROUP BY document_sha256, fact_id;

-- Every original that was seen on a site or loaded: read, quarantined (open, and not read), or only seen so far.
CREATE OR REPLACE VIEW core.documents AS
WITH seen AS (
    SELECT
        document_sha256,
        any_value(media_type) AS media_type,
        max(byte_size) AS byte_size
    FROM core.sightings
    GROUP BY document_sha256
),

waiting AS (
    SELECT DISTINCT item_id
    FROM core.quarantine
    WHERE state = 'open'
)

SELECT
    coalesce(report.document_sha256, seen.document_sha256) AS document_sha256,
    coalesce(report.media_type, seen.media_type) AS media_type,
    seen.byte_size,
    report.page_count,
    report.text_source,
    report.extractor_version,
    CASE
        WHEN report.document_sha256 IS NOT NULL THEN 'read'
        WHEN waiting.item_id IS NOT NULL THEN 'quarantined'
        ELSE 'seen'
    END AS state
FROM seen
FULL OUTER JOIN core.reports AS report ON seen.document_sha256 = report.document_sha256
LEFT JOIN waiting ON seen.document_sha256 = waiting.item_id;

-- What came of the originals of each source and fiscal year: reports that were read and wait for nobody, further copies
-- of these, and documents that wait for a person.
CREATE OR REPLACE VIEW core.source_years AS
SELECT
    sighting.source_id,
    coalesce(sighting.fiscal_year, report.fiscal_year, entry.fiscal_year) AS fiscal_year,
    count(DISTINCT report.twin) FILTER (WHERE entry.item_id IS NULL) AS extracted,
    count(DISTINCT report.document_sha256) FILTER (WHERE entry.item_id IS NULL) - extracted AS copies,
    count(DISTINCT entry.item_id) AS waiting
FROM core.sightings AS sighting
LEFT JOIN core.twins AS report ON sighting.document_sha256 = report.document_sha256
LEFT JOIN core.quarantine AS entry ON sighting.document_sha256 = entry.item_id AND entry.state = 'open'
GROUP BY sighting.source_id, coalesce(sighting.fiscal_year, report.fiscal_year, entry.fiscal_year);
