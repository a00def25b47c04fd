variable "bucket" {}
variable "key_arn" {}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = var.bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

output "bucket" { value = aws_s3_bucket_server_side_encryption_configuration.this.bucket }
