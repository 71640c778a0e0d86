"""Connectors: what the city's file may say, and the requests that come of it."""

from typing import Any

import pytest

from app.domain.connectors import CallFailed, read_connectors
from app.domain.errors import Invalid


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "zh": "查询车牌", "en": "Look up a plate", "method": "GET", "url": "https://api.example.cn/plates/{plate}?v=1",
        "required": ["plate"], "optional": ["since"], **changes,
    }  # fmt: skip


def read(**changes: Any) -> Any:
    return read_connectors({"connectors": {"police.plate": entry(**changes)}})["police.plate"]


def test_parameters_fill_the_address_and_the_rest_is_the_query() -> None:
    request = read(headers={"X-Key": "{secret:k}"}).request({"plate": "浙B/1?x", "since": 3})
    assert request.url == "https://api.example.cn/plates/%E6%B5%99B%2F1%3Fx?v=1&since=3"
    assert (request.method, request.body, request.wait) == ("GET", None, 10)
    assert "secret" not in repr(request)
    assert read(url="https://a.cn/x", required=[]).request({"since": None}).url == "https://a.cn/x"


def test_what_the_address_does_not_take_is_the_body() -> None:
    post = read(method="POST", timeout=3)
    assert post.request({"plate": "a", "since": True}).body == {"since": True}
    assert post.request({"plate": "a"}).body == {}
    assert read(method="PUT", optional=["body"]).request({"plate": "a", "body": [1]}).body == [1]
    assert post.request({"plate": "a"}).wait == 3
    free = read(method="POST", url="{url}", required=["url"], optional=["body"])
    assert free.request({"url": "http://x/?a=b c", "body": None}).url == "http://x/?a=b c"


@pytest.mark.parametrize("params", [{}, {"plate": 1, "more": 2}, {"since": 1}])
def test_a_call_names_exactly_the_parameters_that_there_are(params: Any) -> None:
    with pytest.raises(CallFailed) as no:
        read().request(params)
    assert (no.value.code, no.value.again) == ("call.parameters", False)


@pytest.mark.parametrize("url", ["https://a.cn/x/{plate}/y", "https://a.cn/x/{plate}", "https://a.cn/{plate}{tail}?v=1"])
@pytest.mark.parametrize("value", ["", ".", "..", None])
def test_no_parameter_leads_to_another_path(url: str, value: Any) -> None:
    connector = read(url=url, required=["plate", "tail"])
    with pytest.raises(CallFailed) as no:
        connector.request({"plate": value, "tail": ""})
    assert (no.value.code, no.value.again) == ("call.parameters", False)
    # dots in a name, and nothing at all in a query, lead nowhere else
    assert connector.request({"plate": "..a", "tail": "."}).url.startswith("https://a.cn/")
    query = read(url="https://a.cn/x?plate={plate}").request({"plate": value})
    assert query.url.startswith("https://a.cn/x?plate=")


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "DELETE"}, {"url": "ftp://a/"}, {"url": ""}, {"url": "https://{plate}/"}, {"url": "/x/{plate}"},
        {"url": "https://a/{other}"}, {"url": "https://user{plate}@a/"}, {"timeout": 0}, {"timeout": 61},
        {"timeout": "x"}, {"headers": {"Host": "b"}}, {"headers": {"A": "b\r\nC: d"}}, {"headers": {"A b": "c"}},
        {"headers": {"idempotency-key": "x"}}, {"required": ["a-b"]}, {"optional": ["plate"]}, {"zh": ""},
        {"retry": 3}, {"required": 5},
    ],
)  # fmt: skip
def test_a_wrong_connector_is_refused_with_its_name(changes: Any) -> None:
    with pytest.raises(Invalid) as no:
        read(**changes)
    assert list(no.value.errors) == ["police.plate"]


@pytest.mark.parametrize("name", ["plate", "Police.plate", "police.", "police plate.x", "../x.y"])
def test_an_operation_is_named_with_a_group(name: str) -> None:
    with pytest.raises(Invalid):
        read_connectors({"connectors": {name: entry()}})


def test_a_file_without_connectors_has_none() -> None:
    assert read_connectors({}) == read_connectors({"connectors": None}) == {}
