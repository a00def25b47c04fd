"""Tables of data stores, load balancing, edge, API, compute, AI and monitoring services."""

from typing import Any

import pytest

from jurat.model import (
    ABSENT,
    Path,
    Reference,
    Resource,
    Scope,
    Sensitive,
    Tier,
    Uncovered,
    Unknown,
    Value,
    at,
)
from jurat.readers.terraform.canonical import canonical
from jurat.readers.terraform.plan import Instance
from jurat.shapes import normal_form


def instance(address: str, values: dict[str, Value], region: str = "eu-central-1") -> Instance:
    kind, name = address.split(".")
    return Instance(
        address, (), "managed", kind, name, None, values, "create", "aws", region=region
    )


def judged(*instances: Instance) -> tuple[dict[str, Resource], list[Uncovered]]:
    resources, parts, uncovered = canonical(instances, "plan.json")
    return {found.address: found for found in normal_form(resources, parts)}, uncovered


def from_plan(kind: str, values: dict[str, Value]) -> Resource:
    return judged(instance(f"{kind}.this", values))[0][f"{kind}.this"]


def from_template(kind: str, properties: dict[str, Value]) -> Resource:
    scope = Scope(tier=Tier.TEMPLATE)
    return normal_form((Resource("This", kind, properties, scope, "template.yaml"),))[0]


def path(text: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in text.split("/"))


def written(resource: Resource) -> dict[str, Value]:
    """Return the properties that are no defaults."""
    return {
        name: value
        for name, value in resource.properties.items()
        if (name,) not in resource.defaults
    }


EXACT: list[tuple[str, dict[str, Value], str, dict[str, Value]]] = [
    (
        "aws_db_instance",
        {
            "identifier": "orders",
            "engine": "postgres",
            "db_name": "orders",
            "instance_class": "db.r6g.large",
            "allocated_storage": 20,
            "username": "admin",
            "password": Sensitive("geheim"),
            "port": 5432,
            "storage_encrypted": True,
            "kms_key_id": "arn:key",
            "iam_database_authentication_enabled": True,
            "publicly_accessible": False,
            "parameter_group_name": "pg",
            "enabled_cloudwatch_logs_exports": ["postgresql"],
            "vpc_security_group_ids": ["sg-1"],
            "multi_az": True,
            "skip_final_snapshot": True,
            "tags": {"owner": "team"},
        },
        "AWS::RDS::DBInstance",
        {
            "DBInstanceIdentifier": "orders",
            "Engine": "postgres",
            "DBName": "orders",
            "DBInstanceClass": "db.r6g.large",
            "AllocatedStorage": 20,
            "MasterUsername": "admin",
            "MasterUserPassword": Sensitive("geheim"),
            "Port": 5432,
            "StorageEncrypted": True,
            "KmsKeyId": "arn:key",
            "EnableIAMDatabaseAuthentication": True,
            "PubliclyAccessible": False,
            "DBParameterGroupName": "pg",
            "EnableCloudwatchLogsExports": ["postgresql"],
            "VPCSecurityGroups": ["sg-1"],
            "MultiAZ": True,
            "Tags": [{"Key": "owner", "Value": "team"}],
        },
    ),
    (
        "aws_rds_cluster_instance",
        {"identifier": "a-1", "cluster_identifier": "a", "engine": "aurora-mysql"},
        "AWS::RDS::DBInstance",
        {"DBInstanceIdentifier": "a-1", "DBClusterIdentifier": "a", "Engine": "aurora-mysql"},
    ),
    (
        "aws_rds_cluster",
        {
            "cluster_identifier": "a",
            "iam_roles": ["arn:role"],
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": "key",
        },
        "AWS::RDS::DBCluster",
        {
            "DBClusterIdentifier": "a",
            "AssociatedRoles": [{"RoleArn": "arn:role"}],
            "ManageMasterUserPassword": True,
            "MasterUserSecret": {"KmsKeyId": "key"},
        },
    ),
    (
        "aws_neptune_cluster",
        {"cluster_identifier": "n", "kms_key_arn": "arn:key", "port": 8182},
        "AWS::Neptune::DBCluster",
        {"DBClusterIdentifier": "n", "KmsKeyId": "arn:key", "DBPort": 8182},
    ),
    (
        "aws_dynamodb_table",
        {
            "name": "carts",
            "hash_key": "customer",
            "range_key": "at",
            "attribute": [{"name": "customer", "type": "S"}, {"name": "at", "type": "N"}],
            "server_side_encryption": [{"enabled": True, "kms_key_arn": "arn:key"}],
            "point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 35}],
            "replica": [{"region_name": "eu-west-1", "kms_key_arn": "arn:other"}],
            "ttl": [{"attribute_name": "", "enabled": False}],
        },
        "AWS::DynamoDB::Table",
        {
            "TableName": "carts",
            "KeySchema": [
                {"KeyType": "HASH", "AttributeName": "customer"},
                {"KeyType": "RANGE", "AttributeName": "at"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": "customer", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"},
            ],
            "SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": "arn:key"},
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": 35,
            },
            "Replicas": [
                {"Region": "eu-west-1", "SSESpecification": {"KMSMasterKeyId": "arn:other"}}
            ],
            "TimeToLiveSpecification": {"Enabled": False},
        },
    ),
    (
        "aws_elasticache_replication_group",
        {
            "replication_group_id": "sessions",
            "replication_group_description": "old name",
            "number_cache_clusters": 2,
            "node_type": "cache.t4g.small",
            "at_rest_encryption_enabled": "true",
            "transit_encryption_enabled": True,
            "auth_token": Sensitive("geheim"),
        },
        "AWS::ElastiCache::ReplicationGroup",
        {
            "ReplicationGroupId": "sessions",
            "ReplicationGroupDescription": "old name",
            "NumCacheClusters": 2,
            "CacheNodeType": "cache.t4g.small",
            "AtRestEncryptionEnabled": True,
            "TransitEncryptionEnabled": True,
            "AuthToken": Sensitive("geheim"),
        },
    ),
    (
        "aws_redshift_parameter_group",
        {
            "name": "p",
            "family": "redshift-1.0",
            "parameter": [{"name": "require_ssl", "value": "true"}],
        },
        "AWS::Redshift::ClusterParameterGroup",
        {
            "ParameterGroupName": "p",
            "ParameterGroupFamily": "redshift-1.0",
            "Parameters": [{"ParameterName": "require_ssl", "ParameterValue": "true"}],
        },
    ),
    (
        "aws_msk_cluster",
        {
            "cluster_name": "m",
            "encryption_info": [
                {
                    "encryption_at_rest_kms_key_arn": "arn:key",
                    "encryption_in_transit": [{"client_broker": "TLS", "in_cluster": False}],
                }
            ],
            "client_authentication": [{"sasl": [{"iam": True, "scram": False}]}],
        },
        "AWS::MSK::Cluster",
        {
            "ClusterName": "m",
            "EncryptionInfo": {
                "EncryptionAtRest": {"DataVolumeKMSKeyId": "arn:key"},
                "EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": False},
            },
            "ClientAuthentication": {
                "Sasl": {"Iam": {"Enabled": True}, "Scram": {"Enabled": False}}
            },
        },
    ),
    (
        "aws_glue_security_configuration",
        {
            "name": "g",
            "encryption_configuration": [
                {
                    "s3_encryption": [{"s3_encryption_mode": "SSE-KMS", "kms_key_arn": "arn:key"}],
                    "cloudwatch_encryption": [{"cloudwatch_encryption_mode": "DISABLED"}],
                }
            ],
        },
        "AWS::Glue::SecurityConfiguration",
        {
            "Name": "g",
            "EncryptionConfiguration": {
                "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": "arn:key"}],
                "CloudWatchEncryption": {"CloudWatchEncryptionMode": "DISABLED"},
            },
        },
    ),
    (
        "aws_alb",
        {
            "name": "web",
            "internal": False,
            "load_balancer_type": "application",
            "security_groups": ["sg-1"],
            "access_logs": [{"enabled": True, "bucket": "logs", "prefix": ""}],
            "drop_invalid_header_fields": True,
            "idle_timeout": 60,
        },
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {
            "Name": "web",
            "Scheme": "internet-facing",
            "Type": "application",
            "SecurityGroups": ["sg-1"],
            "LoadBalancerAttributes": [
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.bucket", "Value": "logs"},
                {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
                {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
            ],
        },
    ),
    (
        "aws_lb_listener",
        {
            "load_balancer_arn": "arn:lb",
            "port": 443,
            "protocol": "HTTPS",
            "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificate_arn": "arn:certificate",
            "mutual_authentication": [{"mode": "verify", "trust_store_arn": "arn:store"}],
            "routing_http_response_strict_transport_security_header_value": "max-age=31536000",
            "default_action": [
                {
                    "type": "authenticate-oidc",
                    "order": 1,
                    "authenticate_oidc": [
                        {"issuer": "https://id", "client_id": "c", "client_secret": "geheim"}
                    ],
                },
                {
                    "type": "redirect",
                    "order": 2,
                    "redirect": [{"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}],
                },
                {
                    "type": "forward",
                    "forward": [{"target_group": [{"arn": "arn:tg", "weight": 1}]}],
                },
                {"type": "jwt-validation", "jwt_validation": [{"issuer": "i"}]},
            ],
        },
        "AWS::ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": "arn:lb",
            "Port": 443,
            "Protocol": "HTTPS",
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": "arn:certificate"}],
            "MutualAuthentication": {"Mode": "verify", "TrustStoreArn": "arn:store"},
            "ListenerAttributes": [
                {
                    "Key": "routing.http.response.strict_transport_security.header_value",
                    "Value": "max-age=31536000",
                }
            ],
            "DefaultActions": [
                {
                    "Type": "authenticate-oidc",
                    "Order": 1,
                    "AuthenticateOidcConfig": {
                        "Issuer": "https://id",
                        "ClientId": "c",
                        "ClientSecret": Sensitive("geheim"),
                    },
                },
                {
                    "Type": "redirect",
                    "Order": 2,
                    "RedirectConfig": {
                        "Protocol": "HTTPS",
                        "Port": "443",
                        "StatusCode": "HTTP_301",
                    },
                },
                {
                    "Type": "forward",
                    "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "arn:tg", "Weight": 1}]},
                },
                {"Type": "jwt-validation", "JwtValidationConfig": {"Issuer": "i"}},
            ],
        },
    ),
    (
        "aws_elb",
        {
            "name": "classic",
            "internal": True,
            "listener": [
                {
                    "lb_port": 443,
                    "lb_protocol": "https",
                    "instance_port": 80,
                    "instance_protocol": "http",
                    "ssl_certificate_id": "arn:certificate",
                }
            ],
            "access_logs": [{"enabled": False, "bucket": "logs", "interval": 60}],
        },
        "AWS::ElasticLoadBalancing::LoadBalancer",
        {
            "LoadBalancerName": "classic",
            "Scheme": "internal",
            "Listeners": [
                {
                    "LoadBalancerPort": 443,
                    "Protocol": "HTTPS",
                    "InstancePort": 80,
                    "InstanceProtocol": "HTTP",
                    "SSLCertificateId": "arn:certificate",
                }
            ],
            "AccessLoggingPolicy": {"Enabled": False, "S3BucketName": "logs", "EmitInterval": 60},
        },
    ),
    (
        "aws_cloudfront_distribution",
        {
            "enabled": True,
            "web_acl_id": "arn:acl",
            "aliases": ["shop.example"],
            "origin": [
                {
                    "origin_id": "api",
                    "domain_name": "api.example",
                    "custom_header": [{"name": "X-Origin", "value": "geheim"}],
                    "custom_origin_config": [
                        {
                            "origin_protocol_policy": "https-only",
                            "origin_ssl_protocols": ["TLSv1.2"],
                            "https_port": 443,
                        }
                    ],
                }
            ],
            "default_cache_behavior": [{"viewer_protocol_policy": "redirect-to-https"}],
            "ordered_cache_behavior": [
                {"path_pattern": "/a", "viewer_protocol_policy": "allow-all"}
            ],
            "logging_config": [{"bucket": "logs.s3.amazonaws.com", "include_cookies": False}],
            "restrictions": [
                {"geo_restriction": [{"restriction_type": "whitelist", "locations": ["DE"]}]}
            ],
            "viewer_certificate": [
                {
                    "acm_certificate_arn": "arn:certificate",
                    "minimum_protocol_version": "TLSv1.2_2021",
                    "ssl_support_method": "sni-only",
                    "cloudfront_default_certificate": False,
                }
            ],
        },
        "AWS::CloudFront::Distribution",
        {
            "DistributionConfig": {
                "Enabled": True,
                "WebACLId": "arn:acl",
                "Aliases": ["shop.example"],
                "Origins": [
                    {
                        "Id": "api",
                        "DomainName": "api.example",
                        "OriginCustomHeaders": [
                            {"HeaderName": "X-Origin", "HeaderValue": Sensitive("geheim")}
                        ],
                        "CustomOriginConfig": {
                            "OriginProtocolPolicy": "https-only",
                            "OriginSSLProtocols": ["TLSv1.2"],
                            "HTTPSPort": 443,
                        },
                    }
                ],
                "DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https"},
                "CacheBehaviors": [{"PathPattern": "/a", "ViewerProtocolPolicy": "allow-all"}],
                "Logging": {"Bucket": "logs.s3.amazonaws.com", "IncludeCookies": False},
                "Restrictions": {
                    "GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE"]}
                },
                "ViewerCertificate": {
                    "AcmCertificateArn": "arn:certificate",
                    "MinimumProtocolVersion": "TLSv1.2_2021",
                    "SslSupportMethod": "sni-only",
                    "CloudFrontDefaultCertificate": False,
                },
                "IPV6Enabled": False,
                "Staging": False,
            }
        },
    ),
    (
        "aws_api_gateway_rest_api",
        {
            "name": "assistant",
            "policy": '{"Statement": []}',
            "endpoint_configuration": [{"types": ["PRIVATE"], "vpc_endpoint_ids": ["vpce-1"]}],
            "api_key_source": "HEADER",
        },
        "AWS::ApiGateway::RestApi",
        {
            "Name": "assistant",
            "Policy": {"Statement": []},
            "EndpointConfiguration": {"Types": ["PRIVATE"], "VpcEndpointIds": ["vpce-1"]},
            "ApiKeySourceType": "HEADER",
        },
    ),
    (
        "aws_api_gateway_method",
        {"http_method": "GET", "authorization": "NONE", "api_key_required": True},
        "AWS::ApiGateway::Method",
        {"HttpMethod": "GET", "AuthorizationType": "NONE", "ApiKeyRequired": True},
    ),
    (
        "aws_apigatewayv2_domain_name",
        {
            "domain_name": "api.example",
            "domain_name_configuration": [
                {"security_policy": "TLS_1_2", "endpoint_type": "REGIONAL"}
            ],
            "mutual_tls_authentication": [{"truststore_uri": "s3://trust"}],
        },
        "AWS::ApiGatewayV2::DomainName",
        {
            "DomainName": "api.example",
            "DomainNameConfigurations": [{"SecurityPolicy": "TLS_1_2", "EndpointType": "REGIONAL"}],
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust"},
        },
    ),
    (
        "aws_lambda_function",
        {
            "function_name": "f",
            "image_uri": "repo/f:1",
            "kms_key_arn": "arn:key",
            "environment": [{"variables": {"TOKEN": "geheim"}}],
            "vpc_config": [{"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}],
            "reserved_concurrent_executions": -1,
            "tracing_config": [{"mode": "Active"}],
            "package_type": "Image",
        },
        "AWS::Lambda::Function",
        {
            "FunctionName": "f",
            "Code": {"ImageUri": "repo/f:1"},
            "KmsKeyArn": "arn:key",
            "Environment": {"Variables": {"TOKEN": Sensitive("geheim")}},
            "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
            "TracingConfig": {"Mode": "Active"},
            "PackageType": "Image",
        },
    ),
    (
        "aws_lambda_function_url",
        {
            "function_name": "f",
            "authorization_type": "NONE",
            "cors": [{"allow_origins": ["*"], "allow_credentials": True}],
            "invoke_mode": "RESPONSE_STREAM",
        },
        "AWS::Lambda::Url",
        {
            "TargetFunctionArn": "f",
            "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"], "AllowCredentials": True},
            "InvokeMode": "RESPONSE_STREAM",
        },
    ),
    (
        "aws_lambda_permission",
        {
            "statement_id": "s",
            "action": "lambda:InvokeFunction",
            "function_name": "f",
            "principal": "*",
            "principal_org_id": "o-1",
        },
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": "f",
            "Principal": "*",
            "PrincipalOrgID": "o-1",
        },
    ),
    (
        "aws_sagemaker_model",
        {
            "name": "m",
            "enable_network_isolation": True,
            "container": [{"image": "i", "environment": {"KEY": "geheim"}}],
            "vpc_config": [{"subnets": ["subnet-1"], "security_group_ids": ["sg-1"]}],
        },
        "AWS::SageMaker::Model",
        {
            "ModelName": "m",
            "EnableNetworkIsolation": True,
            "Containers": [{"Image": "i", "Environment": {"KEY": Sensitive("geheim")}}],
            "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        },
    ),
    (
        "aws_sagemaker_notebook_instance",
        {
            "name": "n",
            "direct_internet_access": "Disabled",
            "root_access": "Disabled",
            "security_groups": ["sg-1"],
            "subnet_id": "subnet-1",
            "kms_key_id": "key",
            "volume_size": 5,
        },
        "AWS::SageMaker::NotebookInstance",
        {
            "NotebookInstanceName": "n",
            "DirectInternetAccess": "Disabled",
            "RootAccess": "Disabled",
            "SecurityGroupIds": ["sg-1"],
            "SubnetId": "subnet-1",
            "KmsKeyId": "key",
            "VolumeSizeInGB": 5,
        },
    ),
    (
        "aws_bedrock_guardrail",
        {
            "name": "g",
            "kms_key_arn": "arn:key",
            "sensitive_information_policy_config": [
                {
                    "pii_entities_config": [
                        {"type": "EMAIL", "action": "ANONYMIZE", "input_action": "BLOCK"},
                        {"type": "PHONE", "action": "BLOCK", "output_enabled": False},
                    ]
                }
            ],
            "content_policy_config": [
                {
                    "filters_config": [{"type": "HATE", "input_strength": "HIGH"}],
                    "tier_config": [{"tier_name": "STANDARD"}],
                }
            ],
            "cross_region_config": [{"guardrail_profile_identifier": "eu.guardrail.v1:0"}],
        },
        "AWS::Bedrock::Guardrail",
        {
            "Name": "g",
            "KmsKeyArn": "arn:key",
            "SensitiveInformationPolicyConfig": {
                "PiiEntitiesConfig": [
                    {"Type": "EMAIL", "Action": "ANONYMIZE", "InputAction": "BLOCK"},
                    {"Type": "PHONE", "Action": "BLOCK", "OutputEnabled": False},
                ]
            },
            "ContentPolicyConfig": {
                "FiltersConfig": [{"Type": "HATE", "InputStrength": "HIGH"}],
                "ContentFiltersTierConfig": {"TierName": "STANDARD"},
            },
            "CrossRegionConfig": {"GuardrailProfileArn": "eu.guardrail.v1:0"},
        },
    ),
    (
        "aws_bedrock_model_invocation_logging_configuration",
        {
            "logging_config": [
                {
                    "text_data_delivery_enabled": True,
                    "image_data_delivery_enabled": False,
                    "embedding_data_delivery_enabled": False,
                    "s3_config": [{"bucket_name": "logs", "key_prefix": "bedrock"}],
                    "cloudwatch_config": [
                        {
                            "log_group_name": "g",
                            "role_arn": "arn:role",
                            "large_data_delivery_s3_config": [{"bucket_name": "large"}],
                        }
                    ],
                }
            ]
        },
        "Ext::Bedrock::ModelInvocationLogging",
        {
            "TextDataDeliveryEnabled": True,
            "ImageDataDeliveryEnabled": False,
            "EmbeddingDataDeliveryEnabled": False,
            "S3Config": {"BucketName": "logs", "KeyPrefix": "bedrock"},
            "CloudWatchConfig": {
                "LogGroupName": "g",
                "RoleArn": "arn:role",
                "LargeDataDeliveryS3Config": {"BucketName": "large"},
            },
        },
    ),
    (
        "aws_cloudtrail",
        {
            "name": "t",
            "s3_bucket_name": "logs",
            "is_multi_region_trail": True,
            "enable_log_file_validation": True,
            "enable_logging": False,
            "kms_key_id": "arn:key",
            "cloud_watch_logs_group_arn": "arn:group:*",
            "advanced_event_selector": [
                {"name": "data", "field_selector": [{"field": "eventCategory", "equals": ["Data"]}]}
            ],
        },
        "AWS::CloudTrail::Trail",
        {
            "TrailName": "t",
            "S3BucketName": "logs",
            "IsMultiRegionTrail": True,
            "EnableLogFileValidation": True,
            "IsLogging": False,
            "KMSKeyId": "arn:key",
            "CloudWatchLogsLogGroupArn": "arn:group:*",
            "AdvancedEventSelectors": [
                {"Name": "data", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
            ],
        },
    ),
    (
        "aws_guardduty_detector",
        {
            "enable": True,
            "datasources": [
                {
                    "s3_logs": [{"enable": True}],
                    "malware_protection": [
                        {"scan_ec2_instance_with_findings": [{"ebs_volumes": [{"enable": False}]}]}
                    ],
                }
            ],
        },
        "AWS::GuardDuty::Detector",
        {
            "Enable": True,
            "DataSources": {
                "S3Logs": {"Enable": True},
                "MalwareProtection": {"ScanEc2InstanceWithFindings": {"EbsVolumes": False}},
            },
        },
    ),
    (
        "aws_config_config_rule",
        {
            "name": "r",
            "source": [{"owner": "AWS", "source_identifier": "S3_BUCKET_LOGGING_ENABLED"}],
            "input_parameters": '{"a": "b"}',
        },
        "AWS::Config::ConfigRule",
        {
            "ConfigRuleName": "r",
            "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_LOGGING_ENABLED"},
            "InputParameters": {"a": "b"},
        },
    ),
    (
        "aws_cognito_user_pool",
        {
            "name": "customers",
            "mfa_configuration": "ON",
            "software_token_mfa_configuration": [{"enabled": True}],
            "password_policy": [{"minimum_length": 14, "require_symbols": True}],
            "user_pool_add_ons": [{"advanced_security_mode": "ENFORCED"}],
            "tags": {"owner": "team"},
        },
        "AWS::Cognito::UserPool",
        {
            "UserPoolName": "customers",
            "MfaConfiguration": "ON",
            "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
            "Policies": {"PasswordPolicy": {"MinimumLength": 14, "RequireSymbols": True}},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "UserPoolTags": {"owner": "team"},
        },
    ),
    (
        "aws_eks_cluster",
        {
            "name": "k",
            "enabled_cluster_log_types": ["api", "audit"],
            "vpc_config": [{"endpoint_public_access": False, "endpoint_private_access": True}],
            "encryption_config": [{"resources": ["secrets"], "provider": [{"key_arn": "arn:key"}]}],
        },
        "AWS::EKS::Cluster",
        {
            "Name": "k",
            "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}, {"Type": "audit"}]}},
            "ResourcesVpcConfig": {
                "EndpointPublicAccess": False,
                "EndpointPrivateAccess": True,
                "PublicAccessCidrs": ["0.0.0.0/0"],
            },
            "EncryptionConfig": [{"Resources": ["secrets"], "Provider": {"KeyArn": "arn:key"}}],
        },
    ),
    (
        "aws_ecs_service",
        {
            "name": "s",
            "network_configuration": [{"assign_public_ip": True, "subnets": ["subnet-1"]}],
        },
        "AWS::ECS::Service",
        {
            "ServiceName": "s",
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {"AssignPublicIp": "ENABLED", "Subnets": ["subnet-1"]}
            },
        },
    ),
    (
        "aws_sfn_state_machine",
        {
            "name": "s",
            "definition": "{}",
            "type": "EXPRESS",
            "logging_configuration": [
                {"log_destination": "arn:group:*", "level": "ALL", "include_execution_data": False}
            ],
        },
        "AWS::StepFunctions::StateMachine",
        {
            "StateMachineName": "s",
            "DefinitionString": "{}",
            "StateMachineType": "EXPRESS",
            "LoggingConfiguration": {
                "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:group:*"}}],
                "Level": "ALL",
                "IncludeExecutionData": False,
            },
        },
    ),
    (
        "aws_ssm_parameter",
        {"name": "/a", "type": "SecureString", "key_id": "key", "value": Sensitive("geheim")},
        "AWS::SSM::Parameter",
        {"Name": "/a", "Type": "SecureString", "KeyId": "key", "Value": Sensitive("geheim")},
    ),
    (
        "aws_inspector2_enabler",
        {"account_ids": ["123456789012"], "resource_types": ["EC2", "ECR"]},
        "Ext::Inspector2::Enabler",
        {"AccountIds": ["123456789012"], "ResourceTypes": ["EC2", "ECR"]},
    ),
    (
        "aws_cloudwatch_event_rule",
        {"name": "r", "event_pattern": '{"source": ["aws.guardduty"]}', "is_enabled": False},
        "AWS::Events::Rule",
        {"Name": "r", "EventPattern": {"source": ["aws.guardduty"]}, "State": "DISABLED"},
    ),
    (
        "aws_ami_launch_permission",
        {"image_id": "ami-1", "group": "all"},
        "Ext::EC2::ImageLaunchPermission",
        {"ImageId": "ami-1", "Group": "all"},
    ),
]


@pytest.mark.parametrize(
    ("source", "values", "canonical_type", "expected"), EXACT, ids=[case[0] for case in EXACT]
)
def test_an_instance_becomes_canonical(
    source: str, values: dict[str, Value], canonical_type: str, expected: dict[str, Value]
) -> None:
    resource = from_plan(source, values)
    assert resource.type == canonical_type
    assert written(resource) == expected


@pytest.mark.parametrize(("source", "values"), [case[:2] for case in EXACT])
def test_nothing_that_is_set_stays_uncovered(source: str, values: dict[str, Value]) -> None:
    assert judged(instance(f"{source}.this", values))[1] == []


COMPANIONS: list[tuple[str, dict[str, Value], str, str, str, dict[str, Value], dict[str, Any]]] = [
    (
        "aws_db_instance",
        {"identifier": "d"},
        "aws_db_instance_role_association",
        "db_instance_identifier",
        "identifier",
        {"role_arn": "arn:role", "feature_name": "s3Import"},
        {"AssociatedRoles/0": {"RoleArn": "arn:role", "FeatureName": "s3Import"}},
    ),
    (
        "aws_rds_cluster",
        {"iam_roles": ["arn:one"]},
        "aws_rds_cluster_role_association",
        "db_cluster_identifier",
        "id",
        {"role_arn": "arn:two"},
        {"AssociatedRoles": [{"RoleArn": "arn:one"}, {"RoleArn": "arn:two"}]},
    ),
    (
        "aws_dynamodb_table",
        {"name": "t"},
        "aws_dynamodb_resource_policy",
        "resource_arn",
        "arn",
        {"policy": '{"Statement": []}'},
        {"ResourcePolicy/PolicyDocument": {"Statement": []}},
    ),
    (
        "aws_dynamodb_table",
        {"name": "t"},
        "aws_dynamodb_table_replica",
        "global_table_arn",
        "arn",
        {"region": "eu-west-1", "point_in_time_recovery": True},
        {
            "Replicas/0/Region": "eu-west-1",
            "Replicas/0/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled": True,
        },
    ),
    (
        "aws_redshift_cluster",
        {"cluster_identifier": "c"},
        "aws_redshift_logging",
        "cluster_identifier",
        "id",
        {"bucket_name": "logs", "log_destination_type": "s3"},
        {"LoggingProperties": {"BucketName": "logs", "LogDestinationType": "s3"}},
    ),
    (
        "aws_redshift_cluster",
        {"cluster_identifier": "c"},
        "aws_redshift_snapshot_copy",
        "cluster_identifier",
        "id",
        {"destination_region": "us-east-1", "retention_period": 7},
        {"DestinationRegion": "us-east-1", "SnapshotCopyRetentionPeriod": 7},
    ),
    (
        "aws_elb",
        {"name": "classic"},
        "aws_load_balancer_policy",
        "load_balancer_name",
        "name",
        {
            "policy_name": "tls",
            "policy_type_name": "SSLNegotiationPolicyType",
            "policy_attribute": [
                {"name": "Protocol-TLSv1.2", "value": "true"},
                {"name": "Protocol-SSLv3", "value": "false"},
            ],
        },
        {
            "Policies": [
                {
                    "PolicyName": "tls",
                    "PolicyType": "SSLNegotiationPolicyType",
                    "Attributes": [
                        {"Name": "Protocol-TLSv1.2", "Value": "true"},
                        {"Name": "Protocol-SSLv3", "Value": "false"},
                    ],
                }
            ]
        },
    ),
    (
        "aws_elb",
        {"name": "classic"},
        "aws_lb_ssl_negotiation_policy",
        "load_balancer",
        "id",
        {"name": "tls", "lb_port": 443, "attribute": [{"name": "Protocol-TLSv1", "value": "true"}]},
        {
            "Policies/0/PolicyType": "SSLNegotiationPolicyType",
            "Policies/0/LoadBalancerPorts": [443],
            "Policies/0/Attributes/0/Name": "Protocol-TLSv1",
        },
    ),
    (
        "aws_elb",
        {"name": "classic"},
        "aws_load_balancer_listener_policy",
        "load_balancer_name",
        "name",
        {"load_balancer_port": 443, "policy_names": ["tls"]},
        {"ListenerPolicies": [{"LoadBalancerPort": 443, "PolicyNames": ["tls"]}]},
    ),
    (
        "aws_api_gateway_rest_api",
        {"name": "a"},
        "aws_api_gateway_rest_api_policy",
        "rest_api_id",
        "id",
        {"policy": '{"Statement": []}'},
        {"Policy": {"Statement": []}},
    ),
    (
        "aws_config_configuration_recorder",
        {"name": "default"},
        "aws_config_configuration_recorder_status",
        "name",
        "name",
        {"is_enabled": True},
        {"Recording": True},
    ),
    (
        "aws_guardduty_detector",
        {"enable": True},
        "aws_guardduty_detector_feature",
        "detector_id",
        "id",
        {
            "name": "RUNTIME_MONITORING",
            "status": "ENABLED",
            "additional_configuration": [
                {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"},
                {"name": "EC2_AGENT_MANAGEMENT", "status": "DISABLED"},
            ],
        },
        {
            "Features": [
                {
                    "Name": "RUNTIME_MONITORING",
                    "Status": "ENABLED",
                    "AdditionalConfiguration": [
                        {"Name": "EKS_ADDON_MANAGEMENT", "Status": "ENABLED"},
                        {"Name": "EC2_AGENT_MANAGEMENT", "Status": "DISABLED"},
                    ],
                }
            ]
        },
    ),
    (
        "aws_ecs_cluster",
        {"name": "c"},
        "aws_ecs_cluster_capacity_providers",
        "cluster_name",
        "name",
        {"capacity_providers": ["FARGATE"]},
        {"CapacityProviders": ["FARGATE"]},
    ),
    (
        "aws_cloudwatch_event_rule",
        {"name": "r"},
        "aws_cloudwatch_event_target",
        "rule",
        "name",
        {"target_id": "oncall", "arn": "arn:topic", "dead_letter_config": [{"arn": "arn:queue"}]},
        {
            "Targets": [
                {"Id": "oncall", "Arn": "arn:topic", "DeadLetterConfig": {"Arn": "arn:queue"}}
            ]
        },
    ),
    (
        "aws_cloudwatch_event_bus",
        {"name": "b"},
        "aws_cloudwatch_event_bus_policy",
        "event_bus_name",
        "name",
        {"policy": '{"Statement": []}'},
        {"Policy": {"Statement": []}},
    ),
    (
        "aws_sagemaker_model_package_group",
        {"model_package_group_name": "g"},
        "aws_sagemaker_model_package_group_policy",
        "model_package_group_name",
        "model_package_group_name",
        {"resource_policy": '{"Statement": []}'},
        {"ModelPackageGroupPolicy": {"Statement": []}},
    ),
]


@pytest.mark.parametrize(
    ("whole", "values", "companion", "link", "returned", "part", "expected"),
    COMPANIONS,
    ids=[case[2] for case in COMPANIONS],
)
def test_a_companion_is_folded_into_its_whole(
    whole: str,
    values: dict[str, Value],
    companion: str,
    link: str,
    returned: str,
    part: dict[str, Value],
    expected: dict[str, Value],
) -> None:
    found, uncovered = judged(
        instance(f"{whole}.this", values),
        instance(f"{companion}.part", {**part, link: Reference(f"{whole}.this", returned)}),
    )
    assert list(found) == [f"{whole}.this"]
    assert uncovered == []
    properties = found[f"{whole}.this"].properties
    assert {name: at(properties, path(name)) for name in expected} == expected


@pytest.mark.parametrize(
    ("whole", "values", "companion", "link", "returned", "part", "expected"),
    COMPANIONS,
    ids=[case[2] for case in COMPANIONS],
)
def test_a_companion_of_something_unknown_leaves_no_candidate_as_it_was(
    whole: str,
    values: dict[str, Value],
    companion: str,
    link: str,
    returned: str,
    part: dict[str, Value],
    expected: dict[str, Value],
) -> None:
    del returned
    found, _ = judged(
        instance(f"{whole}.this", values),
        instance(f"{companion}.part", {**part, link: Unknown("known after apply")}),
    )
    properties = found[f"{whole}.this"].properties
    assert all(isinstance(properties[name.partition("/")[0]], Unknown) for name in expected)


DEFAULTS: list[tuple[str, dict[str, Value], str, Value]] = [
    ("aws_db_instance", {}, "StorageEncrypted", False),
    ("aws_db_instance", {}, "BackupRetentionPeriod", 0),
    ("AWS::RDS::DBInstance", {}, "BackupRetentionPeriod", 1),
    ("aws_db_instance", {}, "PubliclyAccessible", False),
    ("AWS::RDS::DBInstance", {}, "PubliclyAccessible", ABSENT),
    (
        "aws_dynamodb_table",
        {},
        "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
        False,
    ),
    ("aws_msk_cluster", {}, "EncryptionInfo/EncryptionInTransit/ClientBroker", "TLS"),
    (
        "AWS::MSK::Cluster",
        {"EncryptionInfo": {}},
        "EncryptionInfo/EncryptionInTransit/InCluster",
        True,
    ),
    ("aws_lb", {}, "Scheme", "internet-facing"),
    (
        "aws_cloudfront_distribution",
        {"enabled": True},
        "DistributionConfig/ViewerCertificate/MinimumProtocolVersion",
        "TLSv1",
    ),
    ("aws_sagemaker_notebook_instance", {}, "DirectInternetAccess", "Enabled"),
    ("aws_sagemaker_model", {}, "EnableNetworkIsolation", False),
    ("aws_cloudtrail", {}, "IsLogging", True),
    ("AWS::CloudTrail::Trail", {}, "IsLogging", ABSENT),
    ("aws_config_configuration_recorder", {}, "Recording", False),
    ("AWS::Config::ConfigurationRecorder", {}, "Recording", True),
    (
        "aws_eks_cluster",
        {"vpc_config": [{"subnet_ids": ["s"]}]},
        "ResourcesVpcConfig/PublicAccessCidrs",
        ["0.0.0.0/0"],
    ),
    ("aws_redshift_cluster", {}, "Encrypted", ABSENT),
    ("aws_macie2_account", {}, "Status", "ENABLED"),
]


@pytest.mark.parametrize(("source", "values", "name", "meaning"), DEFAULTS)
def test_absence_means_what_is_documented(
    source: str, values: dict[str, Value], name: str, meaning: Value
) -> None:
    make = from_template if "::" in source else from_plan
    resource = make(source, values)
    assert at(resource.properties, path(name)) == meaning
    if meaning is not ABSENT:
        assert any(path(name)[: len(mark)] == mark for mark in resource.defaults)


TYPED: list[tuple[str, dict[str, Value], str, Value]] = [
    ("AWS::RDS::DBInstance", {"StorageEncrypted": "true"}, "StorageEncrypted", True),
    ("AWS::RDS::DBInstance", {"Port": "5432"}, "Port", 5432),
    ("AWS::ElasticLoadBalancingV2::Listener", {"Port": "443"}, "Port", 443),
    (
        "AWS::CloudFront::Distribution",
        {"DistributionConfig": {"Enabled": "false"}},
        "DistributionConfig/Enabled",
        False,
    ),
    (
        "AWS::ElasticLoadBalancing::LoadBalancer",
        {"Listeners": [{"LoadBalancerPort": "80"}]},
        "Listeners/0/LoadBalancerPort",
        80,
    ),
    (
        "AWS::Cognito::UserPool",
        {"Policies": {"PasswordPolicy": {"MinimumLength": "8"}}},
        "Policies/PasswordPolicy/MinimumLength",
        8,
    ),
]


@pytest.mark.parametrize(("kind", "properties", "name", "value"), TYPED)
def test_a_template_may_write_values_as_text(
    kind: str, properties: dict[str, Value], name: str, value: Value
) -> None:
    assert at(from_template(kind, properties).properties, path(name)) == value


@pytest.mark.parametrize(
    ("kind", "properties", "name"),
    [
        ("AWS::RDS::DBCluster", {"MasterUserPassword": "geheim"}, "MasterUserPassword"),
        ("AWS::Redshift::Cluster", {"MasterUserPassword": "geheim"}, "MasterUserPassword"),
        ("AWS::DMS::Endpoint", {"Password": "geheim"}, "Password"),
        (
            "AWS::KinesisFirehose::DeliveryStream",
            {"SplunkDestinationConfiguration": {"HECToken": "geheim"}},
            "SplunkDestinationConfiguration/HECToken",
        ),
        (
            "AWS::CodeBuild::Project",
            {"Environment": {"EnvironmentVariables": [{"Value": "geheim"}]}},
            "Environment/EnvironmentVariables/0/Value",
        ),
        ("AWS::AmazonMQ::Broker", {"Users": [{"Password": "geheim"}]}, "Users/0/Password"),
        (
            "AWS::Lambda::Function",
            {"Environment": {"Variables": {"TOKEN": "geheim"}}},
            "Environment/Variables/TOKEN",
        ),
    ],
)
def test_secrets_of_templates_are_hidden(
    kind: str, properties: dict[str, Value], name: str
) -> None:
    found = at(from_template(kind, properties).properties, path(name))
    assert found == Sensitive("geheim")


def test_an_unknown_switch_may_be_either() -> None:
    resource = from_plan("aws_lb", {"internal": Unknown("known after apply")})
    scheme = resource.properties["Scheme"]
    assert isinstance(scheme, Unknown)
    assert {"internal", "internet-facing"} <= set(scheme.oneof)


def test_an_unknown_block_makes_what_is_inside_unknown() -> None:
    resource = from_plan("aws_lb_listener", {"default_action": Unknown("known after apply")})
    assert isinstance(resource.properties["DefaultActions"], Unknown)


def test_references_get_canonical_return_values() -> None:
    found, _ = judged(
        instance("aws_lb.this", {"name": "web"}),
        instance("aws_lb_listener.this", {"load_balancer_arn": Reference("aws_lb.this", "arn")}),
        instance("aws_cloudtrail.this", {"name": "t"}),
        instance(
            "aws_cloudwatch_event_rule.this", {"role_arn": Reference("aws_cloudtrail.this", "arn")}
        ),
    )
    listener = found["aws_lb_listener.this"].properties
    assert listener["LoadBalancerArn"] == Reference("aws_lb.this", "Ref")
    rule = found["aws_cloudwatch_event_rule.this"].properties
    assert rule["RoleArn"] == Reference("aws_cloudtrail.this", "Arn")


def test_a_known_name_leads_a_companion_to_its_whole() -> None:
    found, _ = judged(
        instance("aws_config_configuration_recorder.this", {"name": "default"}),
        instance(
            "aws_config_configuration_recorder_status.part",
            {"name": "default", "is_enabled": False},
        ),
    )
    recorder = found["aws_config_configuration_recorder.this"]
    assert recorder.properties["Recording"] is False
    assert ("Recording",) not in recorder.defaults


def test_what_no_table_takes_is_loud() -> None:
    _, uncovered = judged(instance("aws_db_instance.this", {"engine": "mysql", "brand_new": 1}))
    assert [item.attribute for item in uncovered] == ["brand_new"]
