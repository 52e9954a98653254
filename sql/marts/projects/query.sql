WITH RECURSIVE figures AS (
    SELECT
        *,
        -- The outturn of a project may be told without its parent: where the name has one parent, it is that.
        CASE
            WHEN parent_item IS NULL AND min(parent_item) OVER of_name = max(parent_item) OVER of_name
                THEN min(parent_item) OVER of_name
            ELSE parent_item
        END AS parent
    FROM mart.amounts
    WHERE scheme = 'project' AND flow = 'expenditure' AND fiscal_year = report_fiscal_year
    WINDOW of_name AS (PARTITION BY document_sha256, item)
),

first AS (
    SELECT * FROM figures
    QUALIFY row_number() OVER (PARTITION BY document_sha256, item, parent, stage ORDER BY fact_id) = 1
),

projects AS (
    SELECT DISTINCT
        document_sha256,
        region_code,
        organization,
        fiscal_year,
        item,
        parent
    FROM first
),

parents AS (
    SELECT
        document_sha256,
        item,
        min(parent) AS parent
    FROM projects
    GROUP BY document_sha256, item
),

-- Climb from each project to the top; a name that was met already ends the climb.
climb AS (
    SELECT
        document_sha256,
        item,
        parent,
        [item] AS path,
        parent AS above
    FROM projects
    UNION ALL
    SELECT
        climb.document_sha256,
        climb.item,
        climb.parent,
        list_prepend(climb.above, climb.path) AS path,
        parents.parent AS above
    FROM climb
    LEFT JOIN parents ON climb.document_sha256 = parents.document_sha256 AND climb.above = parents.item
    WHERE climb.above IS NOT NULL AND NOT list_contains(climb.path, climb.above)
),

tree AS (
    SELECT
        document_sha256,
        item,
        parent,
        arg_max(path, len(path)) AS path
    FROM climb
    GROUP BY document_sha256, item, parent
)

SELECT
    project.region_code,
    project.organization,
    project.fiscal_year,
    project.item AS project,
    project.parent AS parent_project,
    array_to_string(tree.path, ' / ') AS project_path,
    len(tree.path) AS level,
    initial.yuan AS initial_budget_yuan,
    budget.yuan AS budget_yuan,
    coalesce(budget.page, initial.page) AS budget_page,
    coalesce(budget.box, initial.box) AS budget_box,
    final.yuan AS final_yuan,
    final.page AS final_page,
    final.box AS final_box,
    CASE
        WHEN coalesce(budget.yuan, initial.yuan) > 0
            THEN round(100 * final.yuan / coalesce(budget.yuan, initial.yuan), 4)
    END AS execution_rate_pct,
    project.document_sha256
FROM projects AS project
INNER JOIN tree
    ON
        project.document_sha256 = tree.document_sha256
        AND project.item = tree.item
        AND project.parent IS NOT DISTINCT FROM tree.parent
LEFT JOIN first AS initial
    ON
        project.document_sha256 = initial.document_sha256
        AND project.item = initial.item
        AND project.parent IS NOT DISTINCT FROM initial.parent
        AND initial.stage = 'initial_budget'
LEFT JOIN first AS budget
    ON
        project.document_sha256 = budget.document_sha256
        AND project.item = budget.item
        AND project.parent IS NOT DISTINCT FROM budget.parent
        AND budget.stage = 'budget'
LEFT JOIN first AS final
    ON
        project.document_sha256 = final.document_sha256
        AND project.item = final.item
        AND project.parent IS NOT DISTINCT FROM final.parent
        AND final.stage = 'final'
