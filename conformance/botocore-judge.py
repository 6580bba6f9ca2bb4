"""Holds exchanges, JSON lines from stdin, against botocore's models; prints as JSON what is to be said of each."""

import json
import sys
from urllib.parse import parse_qsl

import regex
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.validate import ParamValidator

SERVICES = ("identitystore", "sso-admin", "organizations", "sts")
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
COMMON_ERRORS = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "ThrottlingException",
    "UnrecognizedClientException",
}

# AWS answers an empty text where the models, which are for requests as well, have one character at least.
ANSWERED_EMPTY = regex.compile(r"Invalid length for parameter (InlinePolicy|PermissionSet\.Description), value: 0")

models = {name: ServiceModel(Loader().load_service_model(name, "service-2")) for name in SERVICES}
by_target = {model.metadata.get("targetPrefix"): model for model in models.values()}


def complaints(shape, value, path):
    """What botocore's own validator leaves out: patterns, greatest lengths, and the values of an enumeration."""
    if value is None:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from complaints(member, value.get(name), f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from complaints(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            yield from complaints(shape.value, item, f"{path}{{}}")
    limits = shape.metadata
    size = value if shape.type_name in ("integer", "long") else len(value) if hasattr(value, "__len__") else 0
    if shape.type_name != "structure" and size > limits.get("max", size):
        yield f"{path}: more than {limits['max']}"
    if shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            yield f"{path}: none of {', '.join(shape.enum)}"
        elif value and "pattern" in limits and not regex.fullmatch(limits["pattern"], value):
            yield f"{path}: not of the pattern {limits['pattern']}"


def judged(shape, value, path):
    report = ParamValidator().validate(value, shape).generate_report().splitlines()
    found = [f"{path}: {line}" for line in report if not ANSWERED_EMPTY.search(line)]
    return found or list(dict.fromkeys(complaints(shape, value, path)))


def of_query(operation, body):
    """The parameters of the query protocol, those of the protocol itself taken away; all that we send are scalars."""
    parameters = dict(parse_qsl(body))
    if parameters.pop("Version", "") != operation.service_model.api_version:
        return ["input: another version of the API"], {}
    parameters.pop("Action", "")
    return [], parameters


def judge(exchange):
    target = exchange["target"]
    if target:
        prefix, name = target.split(".")
        model = by_target[prefix]
        operation = model.operation_model(name)
        found = judged(operation.input_shape, json.loads(exchange["body"]), "input")
    else:
        operation = models["sts"].operation_model("GetCallerIdentity")
        found, parameters = of_query(operation, exchange["body"])
        found += judged(operation.input_shape, parameters, "input")
    status, answer = exchange["status"], exchange["answer"]
    if target and status == 200:
        return operation, found + judged(operation.output_shape, json.loads(answer), "output")
    response = {"status_code": status, "headers": exchange["headers"], "body": answer.encode()}
    parsed = create_parser(operation.service_model.metadata["protocol"]).parse(response, operation.output_shape)
    parsed.pop("ResponseMetadata")
    if status == 200:
        return operation, found + judged(operation.output_shape, parsed, "output")
    code = parsed["Error"]["Code"]
    shapes = {shape.error_code: shape for shape in operation.error_shapes}
    if code not in shapes:
        return operation, found + ([] if code in COMMON_ERRORS else [f"error: {code} is unknown"])
    members = {name: value for name, value in json.loads(answer).items() if name != "__type"}
    return operation, found + judged(shapes[code], members, code)


for line in sys.stdin:
    exchange = json.loads(line)
    operation, found = judge(exchange)
    print(json.dumps(f"{operation.name}: {'; '.join(found)}" if found else ""))
