"""Who may read what models learn from."""

import re
from collections.abc import Iterator, Mapping, Sequence

from jurat.iam import (
    Clause,
    Kind,
    Statement,
    Vocabulary,
    covers_actions,
    covers_resources,
    required_endpoints,
    selects_action,
)
from jurat.iam.globs import action_glob, arn_globs
from jurat.iam.reading import (
    BUCKET,
    PRINCIPALS,
    Question,
    chosen,
    denies_everyone,
    let_everyone_in,
    of_one_bucket,
)
from jurat.policy import Failure, NotApplicable, ResourceView, Subject, Undecided, plain, policy

_READ = "s3:GetObject"
_OBJECTS = f"{BUCKET}/*"
_CALLERS = frozenset({"aws:principalarn", "aws:userid"})


@policy(
    title="Training buckets can be read only by training roles of the same environment",
    severity="high",
    applies_to=["AWS::S3::Bucket", "AWS::S3::BucketPolicy"],
    related={
        "bucket": {"types": ["AWS::S3::Bucket"], "via": "Bucket"},
        "policies": {"types": ["AWS::S3::BucketPolicy"], "where": "Bucket"},
    },
    params={
        "training_tag": {"key": "purpose", "value": "training"},
        "training_words": ["training", "trainset", "finetuning"],
        "reader_words": ["train", "trainer", "training", "finetune", "finetuning", "sagemaker"],
    },
    remediation=(
        "Add a statement that denies s3:GetObject on the objects to everybody but the training "
        "roles (ArnNotLike on aws:PrincipalArn) or from outside your VPC endpoints "
        "(StringNotEquals on aws:SourceVpce), and let in nobody else: policy of "
        "aws_s3_bucket_policy in Terraform, PolicyDocument of AWS::S3::BucketPolicy in "
        "CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
    ],
)
def training_bucket_isolated(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Training data is a copy of real data that nobody looks at any more, so nobody guards it.

    A bucket holds training data if it carries the tag of parameter training_tag, or if its name
    (without one, its name in the source) holds a word of parameter training_words. Its policy must
    deny reading to all but named roles or fixed VPC endpoints, because else any role of the account
    may be granted it; and it must let in neither everybody nor another account, nor a role that is
    no training role (no word of parameter reader_words in its name) or of another environment.
    """
    itself = subject.resource.type == "AWS::S3::Bucket"
    buckets = [subject.resource] if itself else subject.related["bucket"]
    if itself and subject.related["policies"]:
        yield NotApplicable("its bucket policy is judged")
        return
    if buckets and not any(_holds_training_data(bucket, subject) for bucket in buckets):
        yield NotApplicable("the bucket holds no training data")
        return
    if itself:
        yield Failure("no bucket policy says who may read the training data")
        return
    name = _name(buckets[0]) if buckets else str(subject.resource.properties.get("Bucket", ""))
    wrong = tuple(_document(subject, name))
    if buckets or _names_training(subject, name):
        yield from wrong
    elif wrong:
        reason = "the bucket, and so whether it holds training data, is not in the input"
        yield Undecided(reason, at=("Bucket",))


def _holds_training_data(bucket: ResourceView, subject: Subject) -> bool:
    wanted = subject.params["training_tag"]
    tags = bucket.properties.get("Tags")
    listed = tags if isinstance(tags, Sequence) and not isinstance(tags, str) else ()
    tagged = any(
        tag.get("Key") == wanted["key"] and tag.get("Value") == wanted["value"]
        for tag in listed
        if isinstance(tag, Mapping)
    )
    return tagged or _names_training(subject, _name(bucket))


def _name(bucket: ResourceView) -> str:
    """Return a bucket's name, or else the last name of its source address."""
    own = re.split(r"[./]", re.sub(r"\[[^\]]*\]$", "", bucket.address))[-1]
    return str(bucket.properties.get("BucketName") or own)


def _names_training(subject: Subject, name: str) -> bool:
    return _holds(name, plain(subject.params["training_words"]))


def _holds(name: str, words: Sequence[str]) -> bool:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return not set(words).isdisjoint(re.split(r"[^a-z0-9]+", spaced.lower()))


def _document(subject: Subject, bucket: str) -> Iterator[Failure]:
    """Yield what is wrong with the policy of a training bucket."""
    document = subject.resource.properties.get("PolicyDocument")
    question = Question(_may_limit, (*PRINCIPALS, "Condition"), denies=True)
    denies = [of_one_bucket(s) for s in chosen(document, (), question)]
    if not (required_endpoints(denies, [_READ], [_OBJECTS]) or any(map(_limits_readers, denies))):
        message = "reading is not denied to all but named roles or networks"
        yield Failure(message, at=("PolicyDocument", "Statement"))
    for statement in let_everyone_in(document, ("PolicyDocument",)):
        yield Failure("everybody is let in", at=statement.principal_path)
    readers = chosen(document, ("PolicyDocument",), Question(_reads, denies=False))
    for statement in readers:
        message = _stranger(statement, subject, bucket)
        if message:
            yield Failure(message, at=statement.principal_path)


def _may_limit(statement: Statement) -> bool:
    keys = {clause.key for clause in statement.clauses}
    limits = any(key in _CALLERS or key.startswith("aws:sourcevpc") for key in keys)
    return denies_everyone(statement) and (limits or not keys)


def _limits_readers(deny: Statement) -> bool:
    """Tell whether a Deny keeps everybody but named callers from reading."""
    return (
        all(map(_spares_named, deny.clauses))
        and covers_actions(deny.action, (action_glob(_READ),))
        and covers_resources(deny.resource, arn_globs(_OBJECTS))
    )


def _spares_named(clause: Clause) -> bool:
    named = all(_names_somebody(clause.key, value) for value in clause.values)
    return clause.key in _CALLERS and clause.negated and clause.true_if_absent and named


def _names_somebody(key: str, value: str) -> bool:
    """Tell whether a pattern leaves few callers; the name of a session is the caller's own choice.

    An aws:userid is ``ID`` of a user, or ``ID:SESSION`` of a role.
    """
    if key == "aws:userid":
        return bool(value.partition(":")[0].strip("*?"))
    return bool(value.strip("*?")) and ":*" not in value


def _reads(statement: Statement) -> bool:
    return selects_action(statement, _READ)


def _stranger(statement: Statement, subject: Subject, bucket: str) -> str:
    """Say whom a statement lets read who should not, if anybody."""
    principal = statement.principal
    if principal is None:
        return ""
    named = principal.of(Kind.ACCOUNT, Kind.IDENTITY)
    own = subject.scope.account if named else None
    if principal.outside(own):
        return "another account may read the training data"
    names = [m.value.rpartition(":")[2] for m in named if m.kind is Kind.IDENTITY]
    words = plain(subject.params["reader_words"])
    if not all(_holds(name, words) for name in names):
        return "a role that is no training role may read the training data"
    vocabulary = Vocabulary()
    outside = any(vocabulary.is_other(name) for name in names)
    if outside and vocabulary.is_production(bucket):
        return "a role outside production may read training data of production"
    return ""
