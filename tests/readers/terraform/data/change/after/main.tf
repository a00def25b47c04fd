# Every kind of change at once; `before/` is what is there already. Planned into plan.json.

provider "aws" {
  region              = "eu-west-3"
  allowed_account_ids = ["123456789012"]
}

resource "aws_ebs_volume" "kept" {
  availability_zone = "eu-west-3a"
  size              = 10
}

resource "aws_ebs_volume" "changed" {
  availability_zone = "eu-west-3a"
  size              = 20
}

resource "aws_ecr_repository" "drifted" {
  name = "drifted"
}

resource "aws_sqs_queue" "replaced" {
  name = "new"
}

removed {
  from = aws_ebs_volume.forgotten
  lifecycle {
    destroy = false
  }
}

moved {
  from = aws_ebs_volume.old_name
  to   = aws_ebs_volume.new_name
}

resource "aws_ebs_volume" "new_name" {
  availability_zone = "eu-west-3a"
  size              = 2
}

resource "aws_sqs_queue" "created" {
  name = "created"
}
