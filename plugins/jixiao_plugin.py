"""What Airflow's UI gets of Jixiao: the dashboard, and its place in the navigation."""

from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class JixiaoPlugin(AirflowPlugin):
    """Serves the dashboard at /jixiao and shows it inside the UI."""

    name = "jixiao"
    external_views = [  # noqa: RUF012 - Airflow's interface
        {
            "name": "绩效自评",
            "href": "jixiao/",
            "url_route": "jixiao",
            "destination": "nav",
            "nav_top_level": True,
        }
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Build the app where the API server asks for it; every task imports this file, and must not wait for it.

        Airflow does not sign in the callers of a plugin's app: the dependency does, on every route.
        """
        from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
        from airflow.api_fastapi.core_api.security import requires_access_view
        from fastapi import Depends
        from jixiao_dashboard.app import create_app

        app = create_app([Depends(requires_access_view(AccessView.WEBSITE))], sign_in="api/v2/auth/login")
        return [{"app": app, "url_prefix": "/jixiao", "name": "Jixiao dashboard"}]
