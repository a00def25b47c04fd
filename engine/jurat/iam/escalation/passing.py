"""Services to which a role can be passed, as data."""

from dataclasses import dataclass
from typing import Final

from jurat.iam.escalation.writes import Need


@dataclass(frozen=True, slots=True)
class Pass:
    """Starting code or calls of one's choice as a role that is passed; all needs are needed."""

    name: str
    service: str
    needs: tuple[Need, ...]


_EC2 = "ec2.amazonaws.com"
_ECS = "ecs-tasks.amazonaws.com"
_SAGEMAKER = "sagemaker.amazonaws.com"
_STATES = "states.amazonaws.com"
_AGENTCORE = "bedrock-agentcore.amazonaws.com"

PASSING: Final = (
    # A function runs its start-up code when a snapshot is published: creating it is enough.
    Pass("a Lambda function", "lambda.amazonaws.com", (("lambda:CreateFunction",),)),
    Pass(
        "an EC2 instance",
        _EC2,
        (("ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:RequestSpotFleet"),),
    ),
    Pass(
        "an EC2 instance's profile",
        _EC2,
        (("ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"),),
    ),
    Pass(
        "an EC2 launch template",
        _EC2,
        (
            ("ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion"),
            ("autoscaling:CreateAutoScalingGroup", "ec2:CreateFleet"),
        ),
    ),
    Pass(
        "an Auto Scaling group",
        _EC2,
        (
            ("autoscaling:CreateLaunchConfiguration",),
            ("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"),
        ),
    ),
    # A run may override the task's role and its command.
    Pass("an ECS task", _ECS, (("ecs:RunTask", "ecs:StartTask"),)),
    Pass(
        "an ECS service",
        _ECS,
        (("ecs:RegisterTaskDefinition",), ("ecs:CreateService", "ecs:UpdateService")),
    ),
    Pass("a Batch job", _ECS, (("batch:RegisterJobDefinition",), ("batch:SubmitJob",))),
    Pass("an EKS node group", _EC2, (("eks:CreateNodegroup",),)),
    Pass("an EKS pod", "pods.eks.amazonaws.com", (("eks:CreatePodIdentityAssociation",),)),
    Pass(
        "a CloudFormation stack",
        "cloudformation.amazonaws.com",
        (
            (
                "cloudformation:CreateStack",
                "cloudformation:UpdateStack",
                "cloudformation:CreateChangeSet",
                "cloudformation:CreateStackSet",
            ),
        ),
    ),
    Pass("a Glue development endpoint", "glue.amazonaws.com", (("glue:CreateDevEndpoint",),)),
    Pass(
        "a Glue job",
        "glue.amazonaws.com",
        (("glue:CreateJob", "glue:UpdateJob"), ("glue:StartJobRun", "glue:CreateTrigger")),
    ),
    Pass("a Glue session", "glue.amazonaws.com", (("glue:CreateSession",), ("glue:RunStatement",))),
    Pass(
        "a SageMaker notebook",
        _SAGEMAKER,
        (
            ("sagemaker:CreateNotebookInstance",),
            (
                "sagemaker:CreatePresignedNotebookInstanceUrl",
                "sagemaker:CreateNotebookInstanceLifecycleConfig",
            ),
        ),
    ),
    Pass(
        "a SageMaker job",
        _SAGEMAKER,
        (
            (
                "sagemaker:CreateTrainingJob",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateHyperParameterTuningJob",
                "sagemaker:CreateAutoMLJob",
                "sagemaker:CreateAutoMLJobV2",
                "sagemaker:CreatePipeline",
            ),
        ),
    ),
    Pass(
        "a SageMaker model",
        _SAGEMAKER,
        (
            ("sagemaker:CreateModel",),
            ("sagemaker:CreateEndpoint", "sagemaker:CreateTransformJob"),
        ),
    ),
    Pass(
        "a SageMaker domain",
        _SAGEMAKER,
        (
            ("sagemaker:CreateDomain", "sagemaker:CreateUserProfile"),
            ("sagemaker:CreatePresignedDomainUrl",),
        ),
    ),
    Pass(
        "a data pipeline",
        "datapipeline.amazonaws.com",
        (("datapipeline:PutPipelineDefinition",), ("datapipeline:ActivatePipeline",)),
    ),
    # A build may override the project's role and its commands.
    Pass(
        "a CodeBuild build",
        "codebuild.amazonaws.com",
        (("codebuild:StartBuild", "codebuild:StartBuildBatch"),),
    ),
    Pass(
        "a CodeBuild project",
        "codebuild.amazonaws.com",
        (("codebuild:CreateProject",), ("codebuild:CreateWebhook",)),
    ),
    Pass(
        "a CodePipeline pipeline",
        "codepipeline.amazonaws.com",
        (("codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"),),
    ),
    Pass(
        "a Systems Manager automation",
        "ssm.amazonaws.com",
        (("ssm:StartAutomationExecution", "ssm:RegisterTaskWithMaintenanceWindow"),),
    ),
    Pass("a tested state", _STATES, (("states:TestState",),)),
    Pass(
        "a state machine",
        _STATES,
        (
            ("states:CreateStateMachine", "states:UpdateStateMachine"),
            ("states:StartExecution", "states:StartSyncExecution"),
        ),
    ),
    # A schedule's target may be any call of any service.
    Pass(
        "a schedule",
        "scheduler.amazonaws.com",
        (("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),),
    ),
    Pass("an event target", "events.amazonaws.com", (("events:PutTargets",),)),
    Pass("an event pipe", "pipes.amazonaws.com", (("pipes:CreatePipe", "pipes:UpdatePipe"),)),
    Pass(
        "an API integration",
        "apigateway.amazonaws.com",
        (("apigateway:POST", "apigateway:PUT", "apigateway:PATCH"),),
    ),
    Pass(
        "an AppSync data source",
        "appsync.amazonaws.com",
        (("appsync:CreateDataSource", "appsync:UpdateDataSource"),),
    ),
    Pass("an EMR cluster", _EC2, (("elasticmapreduce:RunJobFlow",),)),
    Pass(
        "an EMR Serverless job",
        "emr-serverless.amazonaws.com",
        (("emr-serverless:StartJobRun",),),
    ),
    Pass(
        "a streaming application",
        "kinesisanalytics.amazonaws.com",
        (("kinesisanalytics:CreateApplication",), ("kinesisanalytics:StartApplication",)),
    ),
    Pass(
        "an App Runner service",
        "tasks.apprunner.amazonaws.com",
        (("apprunner:CreateService", "apprunner:UpdateService"),),
    ),
    Pass("an Airflow environment", "airflow-env.amazonaws.com", (("airflow:CreateEnvironment",),)),
    Pass("a GameLift fleet", "gamelift.amazonaws.com", (("gamelift:CreateFleet",),)),
    Pass("a Transfer user", "transfer.amazonaws.com", (("transfer:CreateUser",),)),
    Pass(
        "a Roles Anywhere profile",
        "rolesanywhere.amazonaws.com",
        (("rolesanywhere:CreateTrustAnchor",), ("rolesanywhere:CreateProfile",)),
    ),
    Pass(
        "a Bedrock agent",
        "bedrock.amazonaws.com",
        (("bedrock:CreateAgent", "bedrock:UpdateAgent"),),
    ),
    Pass(
        "a Bedrock flow",
        "bedrock.amazonaws.com",
        (("bedrock:CreateFlow", "bedrock:UpdateFlow"), ("bedrock:InvokeFlow",)),
    ),
    Pass(
        "a Bedrock agent's runtime",
        _AGENTCORE,
        (("bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:UpdateAgentRuntime"),),
    ),
    Pass(
        "a Bedrock code interpreter",
        _AGENTCORE,
        (
            ("bedrock-agentcore:CreateCodeInterpreter",),
            ("bedrock-agentcore:InvokeCodeInterpreter",),
        ),
    ),
)
"""What a passed role can be put to work in."""
