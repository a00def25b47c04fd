"""Where inference endpoints can be reached from."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy


@policy(
    title="Inference endpoints are in a VPC and not internet-facing",
    severity="critical",
    applies_to=[
        "AWS::SageMaker::Model",
        "AWS::SageMaker::EndpointConfig",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    ],
    related={
        "models": {"types": ["AWS::SageMaker::Model"], "via": "ProductionVariants.ModelName"},
        "shadows": {
            "types": ["AWS::SageMaker::Model"],
            "via": "ShadowProductionVariants.ModelName",
        },
    },
    params={"inference_tag": {"key": "workload", "value": "inference"}},
    remediation=(
        "Give the model subnets and security groups: vpc_config of aws_sagemaker_model in "
        "Terraform, VpcConfig in CloudFormation. Make load balancers of inference internal: "
        "internal = true of aws_lb, Scheme internal."
    ),
    references=[
        "https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    ],
)
def endpoint_private(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """An inference endpoint on the internet offers the model, and what it learnt, to everyone.

    An endpoint configuration is only as private as its models: one that is not part of the input
    leaves it open. Load balancers count if they carry the tag of parameter inference_tag.
    """
    properties = subject.resource.properties
    match subject.resource.type:
        case "AWS::SageMaker::Model":
            if not _is_inside_vpc(properties):
                yield Failure("the model's containers are in no VPC", at="VpcConfig")
        case "AWS::SageMaker::EndpointConfig":
            yield from _variants(subject)
        case _:
            yield from _balancer(subject)


def _is_inside_vpc(properties: Mapping[str, Any]) -> bool:
    inside = properties.get("VpcConfig", {})
    return bool(inside.get("Subnets")) and bool(inside.get("SecurityGroupIds"))


def _balancer(subject: Subject) -> Iterator[Failure | NotApplicable]:
    if subject.resource.properties.get("Scheme") == "internal":
        return
    if _is_inference(subject):
        yield Failure("the load balancer of inference faces the internet", at="Scheme")
    else:
        yield NotApplicable("no tag says that it serves inference", at="Tags")


def _is_inference(subject: Subject) -> bool:
    wanted = subject.params["inference_tag"]
    return any(
        tag.get("Key") == wanted["key"] and tag.get("Value") == wanted["value"]
        for tag in subject.resource.properties.get("Tags", ())
    )


def _variants(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    properties = subject.resource.properties
    named = set()
    for group in ("ProductionVariants", "ShadowProductionVariants"):
        for index, variant in enumerate(properties.get(group, ())):
            name = variant.get("ModelName")
            if "ServerlessConfig" in variant:
                yield Failure("a serverless variant is in no VPC", at=(group, index))
            elif name:
                named.add(name)
            elif not _is_inside_vpc(properties):
                yield Failure("the variant's models are in no VPC", at="VpcConfig")
    known = {model.address for name in ("models", "shadows") for model in subject.related[name]}
    if len(named) > len(known):
        yield Undecided("a variant's model is not part of the input", at="ProductionVariants")
    elif named:
        yield NotApplicable("its models are judged instead", at="ProductionVariants")
