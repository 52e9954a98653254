"""The dashboard: pages and an API over the published marts, served inside Airflow or by `jixiao serve`; read-only."""
