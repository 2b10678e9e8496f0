//! What Karpenter's controller may do.

use eksctl_rs_core::World;
use serde_json::{Map, Value, json};

/// The policy of the controller of the cluster `name`, whose nodes have the role with the ARN `nodes`: it makes, changes and deletes only
/// what bears the cluster's tags.
///
/// Source: Karpenter v1, `website/content/en/docs/getting-started/getting-started-with-karpenter/cloudformation.yaml`,
/// `KarpenterControllerPolicy`; without the queue for interruptions.
pub(super) fn policy(world: &World, name: &str, nodes: &str) -> Value {
    let scope = Scope { world, name };
    let mut statements = scope.capacity();
    statements.extend(scope.tagging());
    statements.extend(scope.looking());
    statements.extend(scope.instance_profiles(nodes));
    json!({ "Version": "2012-10-17", "Statement": statements })
}

struct Scope<'s> {
    world: &'s World,
    name: &'s str,
}

/// What instances are made with.
const MADE: &[&str] =
    &["fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume"];

impl Scope<'_> {
    /// Source: "AllowScopedEC2InstanceAccessActions" to "AllowScopedDeletion".
    fn capacity(&self) -> Vec<Value> {
        let running = ["ec2:CreateFleet", "ec2:RunInstances"];
        let used = ["capacity-reservation", "image", "placement-group", "security-group", "snapshot", "subnet"];
        let mut making = running.to_vec();
        making.push("ec2:CreateLaunchTemplate");
        vec![
            json!({ "Sid": "Use", "Effect": "Allow", "Action": running, "Resource": self.ec2(&used) }),
            self.allow(
                "UseTemplates",
                &running,
                self.ec2(&["launch-template"]),
                self.condition(self.owned(), "Resource"),
            ),
            self.allow("Make", &making, self.ec2(MADE), self.condition(self.requested(), "Request")),
            self.allow(
                "Delete",
                &["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"],
                self.ec2(&["instance", "launch-template"]),
                self.condition(self.owned(), "Resource"),
            ),
        ]
    }

    /// Source: "AllowScopedResourceCreationTagging" and "AllowScopedResourceTagging".
    fn tagging(&self) -> Vec<Value> {
        let mut at_creation = self.requested();
        at_creation.insert("ec2:CreateAction".into(), json!(["CreateFleet", "CreateLaunchTemplate", "RunInstances"]));
        let mut later = self.condition(self.owned(), "Resource");
        later["StringEqualsIfExists"] = json!({ "aws:RequestTag/eks:eks-cluster-name": self.name });
        later["ForAllValues:StringEquals"] =
            json!({ "aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"] });
        let tag = ["ec2:CreateTags"];
        vec![
            self.allow("TagWhatIsMade", &tag, self.ec2(MADE), self.condition(at_creation, "Request")),
            self.allow("TagInstances", &tag, self.ec2(&["instance"]), later),
        ]
    }

    /// Source: "AllowRegionalReadActions", "AllowSSMReadActions", "AllowPricingReadActions",
    /// "AllowAPIServerEndpointDiscovery".
    fn looking(&self) -> Vec<Value> {
        let region = json!({ "StringEquals": { "aws:RequestedRegion": self.world.region } });
        let describe = [
            "ec2:DescribeCapacityReservations",
            "ec2:DescribeImages",
            "ec2:DescribeInstanceStatus",
            "ec2:DescribeInstanceTypeOfferings",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeInstances",
            "ec2:DescribeLaunchTemplates",
            "ec2:DescribePlacementGroups",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSpotPriceHistory",
            "ec2:DescribeSubnets",
        ];
        let parameters = format!("arn:{}:ssm:{}::parameter/aws/service/*", self.world.partition(), self.world.region);
        let cluster = self.world.arn("eks", &format!("cluster/{}", self.name));
        let plain = |sid: &str, action: &str, resource: &str| json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource });
        vec![
            self.allow("Look", &describe, json!("*"), region),
            plain("Images", "ssm:GetParameter", &parameters),
            plain("Prices", "pricing:GetProducts", "*"),
            plain("Cluster", "eks:DescribeCluster", &cluster),
        ]
    }

    /// Karpenter makes an instance profile for each node class. Source: "AllowPassingInstanceRole" to
    /// "AllowInstanceProfileReadActions".
    fn instance_profiles(&self, nodes: &str) -> Vec<Value> {
        let profiles = json!(self.world.iam_arn("instance-profile/*"));
        let to_ec2 = json!({ "StringEquals": { "iam:PassedToService": format!("ec2.{}", self.world.dns_suffix()) } });
        let class = |side: &str| json!({ format!("aws:{side}Tag/karpenter.k8s.aws/ec2nodeclass"): "*" });
        let tags = |side: &str| {
            let mut equal = self.cluster_tag(side);
            equal.insert(format!("aws:{side}Tag/topology.kubernetes.io/region"), json!(self.world.region));
            equal
        };
        let mut requested = tags("Request");
        requested.insert("aws:RequestTag/eks:eks-cluster-name".into(), json!(self.name));
        let mut both = tags("Resource");
        both.extend(requested.clone());
        let mut classes = class("Request");
        classes["aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass"] = json!("*");
        let change = ["iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"];
        let when = |equal: Map<String, Value>, like: Value| json!({ "StringEquals": equal, "StringLike": like });
        vec![
            self.allow("PassNodeRole", &["iam:PassRole"], json!(nodes), to_ec2),
            self.allow(
                "MakeProfiles",
                &["iam:CreateInstanceProfile"],
                profiles.clone(),
                when(requested, class("Request")),
            ),
            self.allow("TagProfiles", &["iam:TagInstanceProfile"], profiles.clone(), when(both, classes)),
            self.allow("ChangeProfiles", &change, profiles.clone(), when(tags("Resource"), class("Resource"))),
            json!({ "Sid": "ReadProfiles", "Effect": "Allow", "Action": "iam:GetInstanceProfile", "Resource": profiles }),
            json!({ "Sid": "ListProfiles", "Effect": "Allow", "Action": "iam:ListInstanceProfiles", "Resource": "*" }),
        ]
    }

    fn allow(&self, sid: &str, actions: &[&str], resources: Value, condition: Value) -> Value {
        json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, "Condition": condition })
    }

    /// Those of any account: images, snapshots and shared subnets are often others'.
    fn ec2(&self, kinds: &[&str]) -> Value {
        let arn = |kind: &&str| format!("arn:{}:ec2:{}:*:{kind}/*", self.world.partition(), self.world.region);
        kinds.iter().map(arn).collect()
    }

    /// That a thing bears the cluster's tag, or is to get it.
    fn cluster_tag(&self, side: &str) -> Map<String, Value> {
        Map::from_iter([(format!("aws:{side}Tag/kubernetes.io/cluster/{}", self.name), json!("owned"))])
    }

    fn owned(&self) -> Map<String, Value> {
        self.cluster_tag("Resource")
    }

    fn requested(&self) -> Map<String, Value> {
        let mut equal = self.cluster_tag("Request");
        equal.insert("aws:RequestTag/eks:eks-cluster-name".into(), json!(self.name));
        equal
    }

    /// These, and that it is of some node pool.
    fn condition(&self, equal: Map<String, Value>, side: &str) -> Value {
        let pool = json!({ format!("aws:{side}Tag/karpenter.sh/nodepool"): "*" });
        json!({ "StringEquals": equal, "StringLike": pool })
    }
}
