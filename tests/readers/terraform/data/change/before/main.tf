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
  size              = 10
}

resource "aws_ecr_repository" "drifted" {
  name = "drifted"
}

resource "aws_sqs_queue" "replaced" {
  name = "old"
}

resource "aws_sqs_queue" "dropped" {
  name = "dropped"
}

resource "aws_ebs_volume" "forgotten" {
  availability_zone = "eu-west-3a"
  size              = 1
}

resource "aws_ebs_volume" "old_name" {
  availability_zone = "eu-west-3a"
  size              = 2
}
