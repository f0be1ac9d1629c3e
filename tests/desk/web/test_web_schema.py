"""The API is what its OpenAPI document says: Schemathesis calls it with what the document allows, and with what it does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from crawler.config import load_config
from desk.web.app import create_app
from desk.web.state import open_desk
from desk.wiring import wire
from tests.desk.conftest import Installation

CASES = 20
HELD = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture
def api(installation: Installation) -> Iterator[schemathesis.BaseSchema]:
    with wire(load_config(installation.config)) as wiring:
        app = create_app(open_desk(wiring, "lin"))
        yield schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"host": "127.0.0.1"})


OPERATIONS = (
    "GET /api/flags", "GET /api/flags/{id}", "POST /api/flags/{id}/decide", "POST /api/flags/{id}/undo", "GET /api/figures",
    "GET /api/articles", "GET /api/articles/{id}", "GET /api/stories", "GET /api/sources", "GET /api/runs",
)  # fmt: skip


def test_every_operation_is_called(api: schemathesis.BaseSchema) -> None:
    assert {found.ok().label for found in api.get_all_operations()} == set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
def test_the_api_is_what_its_document_says(api: schemathesis.BaseSchema, label: str, mode: GenerationMode) -> None:
    operation = api.find_operation_by_label(label)
    assert operation is not None

    @seed(7)
    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def held(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=HELD, headers={"host": "127.0.0.1"})

    try:
        held()
    except Unsatisfiable:
        pytest.skip(f"nothing about {label} can be wrong")
