# Real expressions on three module levels; planned into plan.json beside it.

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

variable "region" {
  default = "eu-north-1"
}

variable "password" {
  sensitive = true
}

variable "no_key" {
  type    = string
  default = null
}

module "region" {
  source   = "./modules/region"
  for_each = toset(["a.b[0]\"c"])
  name     = each.key
  role_arn = aws_iam_role.reader.arn
}

module "west" {
  source    = "./modules/region"
  name      = "west"
  role_arn  = aws_iam_role.reader.arn
  providers = { aws = aws.west }
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "Shared"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "reader" {
  source_policy_documents = [data.aws_iam_policy_document.trust.json]

  statement {
    sid     = "Buckets"
    actions = ["s3:GetObject"]
    resources = flatten([
      module.west.bucket_arns,
      "arn:aws:s3:::public/&{aws:username}/*",
    ])
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/team"
      values   = ["data"]
    }
  }
}

data "aws_iam_policy_document" "nested" {
  source_policy_documents   = [data.aws_iam_policy_document.reader.json]
  override_policy_documents = [data.aws_iam_policy_document.trust.json]
}

resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "reader" {
  name   = "reader"
  policy = data.aws_iam_policy_document.nested.json
}

resource "aws_iam_role_policy_attachment" "reader" {
  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.reader.arn
}

resource "aws_kms_alias" "shared" {
  name          = "alias/shared"
  target_key_id = module.region["a.b[0]\"c"].key_id
}

resource "aws_cloudwatch_log_group" "plain" {
  name       = "plain"
  kms_key_id = var.no_key
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = "database"
  secret_string = "user:${var.password}"
}

resource "aws_db_subnet_group" "west" {
  subnet_ids = module.west.subnet_ids
}

resource "aws_autoscaling_group" "web" {
  max_size = 1
  min_size = 1
  tag {
    key                 = "z"
    value               = aws_iam_policy.reader.arn
    propagate_at_launch = true
  }
  tag {
    key                 = "a"
    value               = "known"
    propagate_at_launch = true
  }
}
