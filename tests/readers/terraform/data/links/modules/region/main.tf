terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" {}
variable "role_arn" {}

module "store" {
  source   = "./modules/store"
  for_each = var.name == "west" ? { data = "d" } : { data = "d", logs = "l" }
  name     = "${var.name}-${each.key}"
  key_arn  = aws_kms_key.this.arn
  role_arn = var.role_arn
}

resource "aws_kms_key" "this" {
  description = var.name
}

resource "aws_subnet" "this" {
  count      = var.name == "west" ? 2 : 0
  vpc_id     = "vpc-1"
  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)
}

resource "aws_s3_bucket_versioning" "all" {
  for_each = module.store
  bucket   = each.value.bucket
  versioning_configuration {
    status = "Enabled"
  }
}

output "bucket_arns" { value = [for store in module.store : store.bucket_arn] }
output "key_id" { value = aws_kms_key.this.key_id }
output "subnet_ids" { value = aws_subnet.this[*].id }
