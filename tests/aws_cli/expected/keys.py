"""The key and the log groups."""

from expected.world import policy
from yaml_stack import said


def parts(world):
    yield from key(world)
    yield from logs(world)


def key(world):
    if kms := said(world.tree, "kms"):
        rotates = said(kms, "enableKeyRotation", True)
        yield "kms.Key/main", {
            "Aliases": [said(kms, "alias", f"alias/{world.name}")],
            "Description": said(kms, "description", f"The stack {world.id}"),
            "MultiRegion": said(kms, "multiRegion", False), "Enabled": True, "KeyState": "Enabled",
            "Rotation.KeyRotationEnabled": rotates,
            "Rotation.RotationPeriodInDays": said(kms, "rotationPeriodInDays", 365) if rotates else None,
            "Policy": policy(*key_statements(world), *said(kms, "policyStatements", [])),
            "Tags": world.tags("kms.Key/main", "key"),
        }


def key_statements(world):
    def may(sid, principal, actions, condition=None):
        actions = [f"kms:{action}" for action in actions.split()]
        said_so = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
        return said_so | {"Condition": condition}
    account = f"arn:aws:iam::{world.account}"
    yield may("Account", {"AWS": f"{account}:root"}, "*")
    if "secrets" in world.key_uses:
        yield may("Secrets", {"AWS": world.role_arn("cluster")}, "CreateGrant Decrypt DescribeKey Encrypt ListGrants")
    if "logs" in world.key_uses:
        groups = [world.arn("logs", f"log-group:{fields['logGroupName']}") for _, fields in logs(world)]
        condition = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": groups}}
        actions = "Decrypt* Describe* Encrypt* GenerateDataKey* ReEncrypt*"
        yield may("Logs", {"Service": f"logs.{world.region}.amazonaws.com"}, actions, condition)
    if "volumes" in world.key_uses:
        scaling = f"{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        by_scaling = {"ArnEquals": {"aws:PrincipalArn": scaling}}
        for_volumes = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        yield may("Volumes", {"AWS": "*"}, "Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*", by_scaling)
        yield may("VolumeGrants", {"AWS": "*"}, "CreateGrant", by_scaling | for_volumes)
        through_ec2 = {"kms:CallerAccount": world.account, "kms:ViaService": f"ec2.{world.region}.amazonaws.com"}
        actions = "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*"
        yield may("VolumesThroughEC2", {"AWS": "*"}, actions, {"StringEquals": through_ec2})
    if "images" in world.key_uses:
        through_ecr = {"kms:CallerAccount": world.account, "kms:ViaService": f"ecr.{world.region}.amazonaws.com"}
        yield may("Images", {"AWS": "*"}, "CreateGrant DescribeKey RetireGrant", {"StringEquals": through_ecr})


def logs(world):
    def group(address, name, title, settings, protected=False, kind="STANDARD"):
        return f"logs.LogGroup/{address}", {
            "logGroupName": name, "logGroupClass": kind, "deletionProtectionEnabled": protected,
            "logGroupArn": world.arn("logs", f"log-group:{name}"), "arn": world.arn("logs", f"log-group:{name}:*"),
            # 0 is for ever, of which AWS tells nothing.
            "retentionInDays": said(settings, "logRetentionInDays", 90) or None,
            "kmsKeyId": world.key_for("logs"),
            "tags": world.tags(f"logs.LogGroup/{address}", title),
        }
    logging, flow_logs = said(world.tree, "cloudWatch.clusterLogging", {}), said(world.tree, "vpc.flowLogs")
    if said(logging, "enableTypes", []):
        protected, kind = said(logging, "logGroupDeletionProtection", False), said(logging, "logGroupClass", "STANDARD")
        yield group("cluster", f"/aws/eks/{world.name}/cluster", "control-plane-logs", logging, protected, kind)
    if flow_logs:
        yield group("flow-logs", f"/aws/vpc/{world.name}/flow-logs", "flow-logs", flow_logs)
