"""Authentication of callers of APIs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

_VERBS = {"get", "put", "post", "delete", "patch", "head", "x-amazon-apigateway-any-method"}
_ANYONE = "callers need no authentication"
_PREFLIGHT = "browsers send OPTIONS without credentials"
_CONNECTED = "callers of a WebSocket API are asked when they connect"


@policy(
    title="Inference APIs require an authorizer",
    severity="critical",
    applies_to=[
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Route",
    ],
    related={
        "apis": {"types": ["AWS::ApiGatewayV2::Api"], "via": "ApiId"},
        "methods": {"types": ["AWS::ApiGateway::Method"], "where": "RestApiId"},
        "routes": {"types": ["AWS::ApiGatewayV2::Route"], "where": "ApiId"},
    },
    remediation=(
        "Give each method and route an authorizer: authorization = AWS_IAM, COGNITO_USER_POOLS or "
        "CUSTOM of aws_api_gateway_method, authorization_type = AWS_IAM, JWT or CUSTOM of "
        "aws_apigatewayv2_route; AuthorizationType in CloudFormation. In OpenAPI, security with a "
        "scheme that names an authorizer."
    ),
    references=[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
    ],
)
def api_auth_required(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Whoever may call a model without a name may take out of it whatever it was given.

    Nothing in a configuration says which APIs serve inference, so every API is asked. An API key
    tells customers apart and authenticates nobody; a private endpoint with a policy restricts
    networks, not callers. Exempt are OPTIONS, which browsers send without credentials, and the
    routes of WebSocket APIs behind $connect. An API without any method in the input is left open.
    """
    properties = subject.resource.properties
    match subject.resource.type:
        case "AWS::ApiGateway::Method":
            preflight = properties.get("HttpMethod") == "OPTIONS"
            yield from _authorization(properties, _PREFLIGHT if preflight else None)
        case "AWS::ApiGatewayV2::Route":
            yield from _authorization(properties, _exemption(subject))
        case _:
            yield from _api(subject)


def _authorization(
    properties: Mapping[str, Any], exemption: str | None
) -> Iterator[Failure | NotApplicable]:
    if properties.get("AuthorizationType", "NONE") != "NONE":
        return
    if exemption is None:
        yield Failure(_ANYONE, at="AuthorizationType")
    else:
        yield NotApplicable(exemption)


def _exemption(subject: Subject) -> str | None:
    """Say why callers do not come in by a route: to a WebSocket API only when they connect."""
    key = str(subject.resource.properties.get("RouteKey", ""))
    if key.startswith("OPTIONS "):
        return _PREFLIGHT
    if key == "$connect" or " /" in key:
        return None
    protocols = {api.properties.get("ProtocolType") for api in subject.related["apis"]}
    return None if key == "$default" and protocols != {"WEBSOCKET"} else _CONNECTED


def _api(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Judge what an API itself says about its routes."""
    properties = subject.resource.properties
    if subject.resource.type == "AWS::ApiGatewayV2::Api" and properties.get("Target"):
        yield Failure(f"the route that Target makes: {_ANYONE}", at="Target")
    elif "Body" in properties:
        yield from _body(properties["Body"])
    elif subject.related["methods"] or subject.related["routes"]:
        yield NotApplicable("its methods and routes are judged instead")
    else:
        yield Undecided("no method of the API is part of the input")


def _body(body: Any) -> Iterator[Failure | Undecided]:
    if isinstance(body, str):
        yield Undecided("the description of the API is not JSON", at="Body")
        return
    schemes = _authenticating(body)
    operations = {
        (path, verb): operation
        for path, item in body.get("paths", {}).items()
        for verb, operation in item.items()
        if verb.lower() in _VERBS
    }
    if not operations:
        yield Undecided("the description of the API names no method", at=("Body", "paths"))
    for place, operation in operations.items():
        if not _is_secured(operation, body, schemes):
            yield Failure(_ANYONE, at=("Body", "paths", *place))


def _authenticating(document: Mapping[str, Any]) -> set[str]:
    """Return the security schemes behind which an authorizer or IAM stands, not a mere key."""
    components = document.get("components", {})
    schemes = components.get("securitySchemes") or document.get("securityDefinitions", {})
    return {
        name
        for name, scheme in schemes.items()
        if "x-amazon-apigateway-authorizer" in scheme
        or scheme.get("x-amazon-apigateway-authtype") == "awsSigv4"
    }


def _is_secured(
    operation: Mapping[str, Any], document: Mapping[str, Any], schemes: set[str]
) -> bool:
    own = operation.get("x-amazon-apigateway-auth", {}).get("type", "NONE")
    if own.upper() != "NONE":
        return True
    demanded: Sequence[Mapping[str, Any]] = operation.get("security", document.get("security", ()))
    return any(name in schemes for demand in demanded for name in demand)
