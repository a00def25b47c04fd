"""Ways from few rights to many."""

from collections.abc import Iterable, Iterator, Sequence

from jurat.iam import Account, Escalation, Identity, Kind, escalations, is_administrator, may_assume
from jurat.iam.holders import Lean, exempt, may_admit_identities, place, raises_rights
from jurat.policy import Failure, NotApplicable, Path, ResourceView, Subject, Undecided, policy

# Policies of AWS's own that are attached often and raise nobody's rights.
_HARMLESS = frozenset(
    {
        "AWSXRayDaemonWriteAccess",
        "AmazonDynamoDBReadOnlyAccess",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEKS_CNI_Policy",
        "AmazonSNSFullAccess",
        "AmazonSQSFullAccess",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchAgentServerPolicy",
        "CloudWatchLogsFullAccess",
        "CloudWatchReadOnlyAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "job-function/ViewOnlyAccess",
        "service-role/AWSLambdaDynamoDBExecutionRole",
        "service-role/AWSLambdaKinesisExecutionRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
        "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        "service-role/AmazonRDSEnhancedMonitoringRole",
    }
)
_VISIBLE = frozenset(
    {
        "AssumeRolePolicyDocument",
        "GroupName",
        "Groups",
        "ManagedPolicyArns",
        "ManagedPolicyName",
        "Path",
        "PermissionsBoundary",
        "Policies",
        "PolicyDocument",
        "RoleName",
        "UserName",
        "Versions",
    }
)


@policy(
    title="No principal can raise its own rights",
    severity="critical",
    quantifier="relation",
    applies_to=[
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
    ],
    related={
        "account": {
            "types": [
                "AWS::IAM::Group",
                "AWS::IAM::ManagedPolicy",
                "AWS::IAM::Role",
                "AWS::IAM::User",
            ]
        },
        "admitted": {
            "types": ["AWS::IAM::Role"],
            "where": "AssumeRolePolicyDocument.Statement.Principal.AWS",
        },
        "attached": {"types": ["AWS::IAM::ManagedPolicy"], "via": "ManagedPolicyArns"},
        "boundary": {"types": ["AWS::IAM::ManagedPolicy"], "via": "PermissionsBoundary"},
        "bounded": {"types": ["AWS::IAM::Role", "AWS::IAM::User"], "where": "PermissionsBoundary"},
        "holders": {
            "types": ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"],
            "where": "ManagedPolicyArns",
        },
    },
    params={"max_identities": 300},
    remediation=(
        "Take away the action that the finding names, or limit it: to named roles and services for "
        "iam:PassRole, to a permissions boundary for new identities. In Terraform policy of "
        "aws_iam_policy and aws_iam_role_policy and assume_role_policy of aws_iam_role, in "
        "CloudFormation PolicyDocument and AssumeRolePolicyDocument."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    ],
)
def no_privilege_escalation(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """What an identity may do is worth nothing if it can give itself the rest.

    Ways are writes to IAM, roles that can be passed to something that runs code of one's own, and
    other identities that can be taken or changed, over any number of steps. Administrators have
    nothing to gain. Tags of principals decide nothing here: a session may bring its own. A managed
    policy stands for whoever holds it, unless it serves as a permissions boundary only. Beyond
    max_identities in one input only what an identity may do by itself is followed.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    followed = len(related["account"]) <= subject.params["max_identities"]
    members = related["account"] if followed else ()
    others = [m for m in members if m.address != subject.resource.address]
    # Most identities lead nowhere; then of the others only who lets identities in is looked at.
    own = (subject.resource, *related["attached"], *related["boundary"])
    near = _account(own).find(subject.resource.address)
    led = any(statement.allows for statement in near.statements)
    admitted = related["admitted"] or any(map(_is_open, others))
    if not led and not admitted and not near.properties.get("Groups"):
        yield from _gaps(near, [near])
        return
    if not followed:
        yield from _nearby(near)
        return
    account = _account((subject.resource, *others))
    identity = account.find(subject.resource.address)
    if is_administrator(identity):
        yield NotApplicable("it may do everything already")
        return
    open_to_identities = {other.address for other in others if _is_open(other)}
    admitting = [role for role in account.roles if role.address in open_to_identities]
    if not any(statement.allows for statement in identity.statements) and not any(
        map(_admits_directly, admitting)
    ):
        yield from _gaps(identity, [identity])
        return
    hidden_boundary = identity.boundary is None and "PermissionsBoundary" in identity.properties
    for escalation in escalations(identity):
        message, at = _message(escalation), _place(identity, escalation)
        if hidden_boundary:
            yield Undecided(f"{message}, unless its permissions boundary forbids it", at=at)
        else:
            yield Failure(message, at=at)
    yield from _gaps(identity, _reachable(identity, admitting))


def _nearby(identity: Identity) -> Iterator[Failure | NotApplicable | Undecided]:
    """Judge what an identity may do by itself; the ways over others are too many to follow."""
    if is_administrator(identity):
        yield NotApplicable("it may do everything already")
        return
    for escalation in escalations(identity):
        yield Failure(_message(escalation), at=_place(identity, escalation))
    yield Undecided("the input has more than max_identities: ways over others are not followed")


def _account(members: Iterable[ResourceView]) -> Account:
    return Account(Lean(member, raises_rights, _VISIBLE) for member in members)


def _is_open(member: ResourceView) -> bool:
    return member.type == "AWS::IAM::Role" and may_admit_identities(member)


def _admits_directly(role: Identity) -> bool:
    return any(
        statement.principal is not None
        and (statement.principal.everyone or bool(statement.principal.of(Kind.IDENTITY)))
        for statement in role.trust
        if statement.allows
    )


def _message(escalation: Escalation) -> str:
    chain = f": {' > '.join(escalation.chain)}" if len(escalation.chain) > 1 else ""
    return f"can {escalation.method}{chain}"


def _place(identity: Identity, escalation: Escalation) -> Path:
    """Return where the grant is written; the resource as a whole if it is another one's trust."""
    held = [s for s in escalation.statements if s in identity.statements]
    return place(identity, held[0], held[0].action_path) if held else ()


def _reachable(identity: Identity, roles: Sequence[Identity]) -> Iterator[Identity]:
    """Yield an identity and every role that it can take, directly or through others."""
    pending, seen = [identity], {identity.address}
    while pending:
        here = pending.pop()
        yield here
        for role in roles:
            if role.address not in seen and may_assume(here, role):
                seen.add(role.address)
                pending.append(role)


def _gaps(identity: Identity, holders: Iterable[Identity]) -> Iterator[Undecided]:
    """Yield what is granted to an identity, or to a role that it can take, and is not known."""
    for holder in holders:
        if any(_name(arn) not in _HARMLESS for arn in holder.unresolved):
            whose = "" if holder is identity else f" to {holder.label}, which it can take,"
            reason = f"something that is granted{whose} is not in the input"
            yield Undecided(reason, at=("ManagedPolicyArns",))


def _name(arn: str) -> str:
    """Return the name of a policy of AWS."""
    return arn.partition(":iam::aws:policy/")[2]
