variable "name" {}
variable "key_arn" {}
variable "role_arn" {}

module "vault" {
  source  = "./modules/vault"
  count   = 1
  bucket  = aws_s3_bucket.this.id
  key_arn = var.key_arn
}

resource "aws_s3_bucket" "this" {
  force_destroy = length(var.name) > 5
}

resource "aws_s3_bucket_replication_configuration" "this" {
  bucket = module.vault[0].bucket
  role   = var.role_arn
  rule {
    status = "Enabled"
    destination { bucket = "arn:aws:s3:::elsewhere" }
  }
}

output "bucket" { value = aws_s3_bucket.this.id }
output "bucket_arn" { value = aws_s3_bucket.this.arn }
