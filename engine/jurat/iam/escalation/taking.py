"""What runs with a role of its own, as data."""

from dataclasses import dataclass
from typing import Final

from jurat.iam.escalation.writes import Need
from jurat.iam.identities import FRESH


@dataclass(frozen=True, slots=True)
class Take:
    """Running code of one's choice where something with a role of its own runs already.

    ``resource`` is an ARN of that kind which nobody named.
    """

    name: str
    resource: str
    needs: tuple[Need, ...]


TAKING: Final = (
    Take(
        "Lambda functions",
        f"arn:*:lambda:*:*:function:{FRESH}",
        (("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),),
    ),
    Take(
        "instances", f"arn:*:ec2:*:*:instance/{FRESH}", (("ssm:SendCommand", "ssm:StartSession"),)
    ),
    Take(
        "instances",
        f"arn:*:ec2:*:*:instance/{FRESH}",
        (("ec2-instance-connect:SendSSHPublicKey",),),
    ),
    Take(
        "instances",
        f"arn:*:ec2:*:*:instance/{FRESH}",
        (("ec2:ModifyInstanceAttribute",), ("ec2:StartInstances",), ("ec2:StopInstances",)),
    ),
    Take("ECS tasks", f"arn:*:ecs:*:*:task/{FRESH}", (("ecs:ExecuteCommand",),)),
    Take(
        "Glue development endpoints",
        f"arn:*:glue:*:*:devEndpoint/{FRESH}",
        (("glue:UpdateDevEndpoint",),),
    ),
    Take(
        "SageMaker notebooks",
        f"arn:*:sagemaker:*:*:notebook-instance/{FRESH}",
        (("sagemaker:CreatePresignedNotebookInstanceUrl",),),
    ),
    Take(
        "SageMaker domains",
        f"arn:*:sagemaker:*:*:user-profile/{FRESH}",
        (("sagemaker:CreatePresignedDomainUrl",),),
    ),
    Take(
        "CodeBuild projects",
        f"arn:*:codebuild:*:*:project/{FRESH}",
        (("codebuild:StartBuild", "codebuild:StartBuildBatch"),),
    ),
    Take(
        "state machines",
        f"arn:*:states:*:*:stateMachine:{FRESH}",
        (
            ("states:UpdateStateMachine",),
            ("states:StartExecution", "states:StartSyncExecution"),
        ),
    ),
)
"""What runs with a role of its own and can be made to do something else."""
