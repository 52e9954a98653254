"""schemathesis asks the API what its own description allows, and what it does not: no answer is a server's error.

Each route is asked 20 times of both kinds; `JIXIAO_SCHEMATHESIS=500` asks so often.
"""

import os
from itertools import cycle

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from jixiao_dashboard.app import create_app
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

TIMES = int(os.environ.get("JIXIAO_SCHEMATHESIS", "20"))
ROUTES = {path: said["get"].get("parameters", []) for path, said in create_app().openapi()["paths"].items()}
ASKED = [(path, mode) for path in ROUTES for mode in GenerationMode if ROUTES[path] or mode is GenerationMode.POSITIVE]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture(scope="module")
def described(settings):
    return schemathesis.openapi.from_asgi("/api/openapi.json", create_app())


@pytest.mark.parametrize(("path", "mode"), ASKED, ids=[f"{mode.value} {path}" for path, mode in ASKED])
def test_no_answer_is_a_server_s_error_or_of_a_kind_that_is_not_described(described, path, mode):
    marts = cycle(["department_year", "findings", "coverage", "amounts"])

    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    @hypothesis_settings(
        max_examples=TIMES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(case):
        if "mart" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["mart"] = next(marts)  # a made-up name would be answered by 404 for ever
        case.call_and_validate(checks=CHECKS)

    asked()
