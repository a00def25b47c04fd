"""Identities that reach across environments."""

from collections.abc import Iterator, Mapping, Sequence

from jurat.iam import (
    Account,
    Crossing,
    Identity,
    Statement,
    Vocabulary,
    crossings,
    environment,
    may_assume,
    on_all_resources,
    selects_action,
)
from jurat.iam.holders import Lean, exempt, may_admit_identities, place
from jurat.policy import (
    Failure,
    NotApplicable,
    Path,
    ResourceView,
    Subject,
    Undecided,
    plain,
    policy,
)

_ROLE = "AWS::IAM::Role"
_HANDLING = (
    "athena:GetQueryResults",
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "elasticfilesystem:ClientMount",
    "es:ESHttpGet",
    "kinesis:GetRecords",
    "kinesis:PutRecord",
    "kms:Decrypt",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartQuery",
    "rds-data:ExecuteStatement",
    "rds-db:connect",
    "redshift-data:ExecuteStatement",
    "redshift:GetClusterCredentials",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
    "sns:Publish",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
)
_NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
}
_UNNAMED = "whether production's data are among those granted without a name is not known"
_HOW = {
    "lets in": "an identity of another environment may take this role of production",
    "reaches": "an identity outside production is granted production data",
    "serves both": "one identity is granted the same on production data and outside production",
    "takes": "an identity outside production may take a role that reaches production data",
}


@policy(
    title="No principal of a non-production environment can reach production data",
    severity="high",
    quantifier="relation",
    applies_to=[
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
    ],
    related={
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
        "account": {
            "types": [
                "AWS::IAM::Group",
                "AWS::IAM::ManagedPolicy",
                "AWS::IAM::Role",
                "AWS::IAM::User",
            ]
        },
        "stores": {
            "types": [
                "AWS::DynamoDB::Table",
                "AWS::Kinesis::Stream",
                "AWS::RDS::DBCluster",
                "AWS::RDS::DBInstance",
                "AWS::S3::Bucket",
                "AWS::SQS::Queue",
                "AWS::SecretsManager::Secret",
            ]
        },
    },
    params={
        "env_tag": "environment",
        "max_identities": 300,
        "max_stores": 300,
        "production_words": ["live", "prd", "prod", "production"],
        "other_words": [
            "dev",
            "development",
            "nonprod",
            "preprod",
            "qa",
            "sandbox",
            "stage",
            "staging",
            "stg",
            "test",
            "testing",
            "tst",
            "uat",
        ],
    },
    remediation=(
        "Give each environment identities of its own that name only its own resources: policies "
        "and assume_role_policy of aws_iam_role in Terraform, Policies and "
        "AssumeRolePolicyDocument in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_share_securely.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html",
    ],
)
def no_cross_environment_access(
    subject: Subject,
) -> Iterator[Failure | NotApplicable | Undecided]:
    """Test systems are built for convenience; whoever breaks into one must not find real customers.

    An identity belongs to the environment that its tag env_tag, or else a word of its name, tells;
    so do data. Fails if one outside production is granted production data or may take a role that
    is, if production lets one in, and if one identity is granted the same in both. Parameters
    production_words and other_words hold the words that tell. Beyond max_identities and max_stores
    in one input, ways over others and the tags of stores are not followed.
    """
    reason = exempt(subject.resource, subject.related)
    if reason:
        yield NotApplicable(reason)
        return
    params = subject.params
    vocabulary = Vocabulary(
        frozenset(plain(params["production_words"])),
        frozenset(plain(params["other_words"])),
        (params["env_tag"].lower(), *Vocabulary().tags),
    )
    leads_on = _leads_on(subject)
    too_many = leads_on and len(subject.related["account"]) > params["max_identities"]
    members = _members(subject, follow=leads_on and not too_many)
    account = Account(Lean(member, _handles_data) for member in members)
    identity = account.find(subject.resource.address)
    where = environment(identity, vocabulary)
    outside = where == "other" or (where is None and _touches_others(identity, vocabulary))
    many_stores = outside and len(subject.related["stores"]) > params["max_stores"]
    stores = tuple(_production(subject, vocabulary)) if outside and not many_stores else ()
    found = crossings(identity, vocabulary, stores)
    yield from dict.fromkeys(Failure(_HOW[c.what], at=_place(identity, c)) for c in found)
    if where == "production":
        yield from _open_to_all(identity)
        return
    if many_stores:
        yield Undecided("the input has more than max_stores: their tags are not looked through")
    if too_many:
        yield Undecided("the input has more than max_identities: ways over others are not followed")
    if where == "other" or identity.kind != "policy":
        yield from (Undecided(_UNNAMED, at=_where(identity, s)) for s in _unnamed(identity))
    if where == "other" and any(_unnamed(role) for role in _taken(identity)):
        yield Undecided(_UNNAMED)
    if any(":iam::aws:" not in arn for arn in identity.unresolved):
        yield Undecided("something that is granted is not in the input", at=("ManagedPolicyArns",))


def _leads_on(subject: Subject) -> bool:
    """Tell whether the identity may take other roles, by itself or because they let it in."""
    resource, related = subject.resource, subject.related
    policies = (*related["attached"], *related["boundary"])
    near = Account(Lean(member, _takes_roles) for member in (resource, *policies))
    itself = near.find(resource.address)
    led = any(statement.allows for statement in itself.statements)
    return led or bool(related["admitted"]) or bool(itself.properties.get("Groups"))


def _members(subject: Subject, *, follow: bool) -> Iterator[ResourceView]:
    """Yield the identity and what it may lead to: the account only if it is to be followed."""
    resource, related = subject.resource, subject.related
    yield resource
    if not follow:
        yield from related["attached"]
        yield from related["boundary"]
        return
    for member in related["account"]:
        # Roles that only services take lead nobody anywhere.
        if member.address != resource.address and (
            member.type != _ROLE or may_admit_identities(member)
        ):
            yield member


def _takes_roles(statement: Statement) -> bool:
    return selects_action(statement, "sts:AssumeRole")


def _open_to_all(identity: Identity) -> Iterator[Failure]:
    """Yield the trust by which everybody, so any environment, may take a role of production."""
    for statement in identity.trust:
        if statement.allows and statement.principal is not None and statement.principal.everyone:
            yield Failure(_HOW["lets in"], at=statement.principal_path)


def _taken(identity: Identity) -> Iterator[Identity]:
    return (role for role in identity.account.roles if may_assume(identity, role))


def _unnamed(identity: Identity) -> list[Statement]:
    """Return the grants of stored data that nobody named."""
    actions = [a for a in _HANDLING if not a.startswith(("kms:", "logs:", "sns:", "sts:"))]
    return [
        statement
        for statement in identity.statements
        if statement.allows
        and on_all_resources(statement)
        and any(selects_action(statement, action) for action in actions)
    ]


def _where(identity: Identity, statement: Statement) -> Path:
    return place(identity, statement, statement.resource_path)


def _handles_data(statement: Statement) -> bool:
    return any(selects_action(statement, action) for action in _HANDLING)


def _touches_others(identity: Identity, vocabulary: Vocabulary) -> bool:
    """Tell whether an identity is granted, or lets in, anything that is not of production."""
    resources = (s.resource for s in identity.statements if s.resource is not None)
    principals = (s.principal for s in identity.trust if s.principal is not None)
    patterns = (pattern for resource in resources for pattern in resource.patterns)
    members = (member.value for principal in principals for member in principal.members)
    return any(map(vocabulary.is_other, (*patterns, *members)))


def _production(subject: Subject, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the ARNs of the data stores of production, and of what is in them."""
    for store in subject.related["stores"]:
        texts = _environment_tags(store, vocabulary) or [_name(store)]
        if any(map(vocabulary.is_production, texts)) and not any(map(vocabulary.is_other, texts)):
            yield from (store.arn, f"{store.arn}/*")


def _environment_tags(store: ResourceView, vocabulary: Vocabulary) -> list[str]:
    tags = store.properties.get("Tags")
    listed = tags if isinstance(tags, Sequence) and not isinstance(tags, str) else ()
    return [
        str(tag.get("Value"))
        for tag in listed
        if isinstance(tag, Mapping) and str(tag.get("Key")).lower() in vocabulary.tags
    ]


def _name(store: ResourceView) -> str:
    return str(store.properties.get(_NAMES[store.type]) or store.address)


def _place(identity: Identity, crossing: Crossing) -> Path:
    """Return where the grant is written; the resource as a whole if it is another one's trust."""
    for statement in crossing.statements:
        if statement in identity.statements:
            return _where(identity, statement)
        if statement in identity.trust:
            return statement.principal_path
    return ()
