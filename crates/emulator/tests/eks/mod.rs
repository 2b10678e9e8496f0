//! An account to call EKS in: a network with a way out, roles, and calls in which things have names.

#![expect(unreachable_pub, reason = "a test file has no outside")]

use std::time::Duration;

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::aws::{self, ACCOUNT, Aws, REGION, Refused};
use super::network::Network;

/// Where AWS has its operations. What stands in braces is in the path, the rest of a GET or DELETE in the query.
const ROUTES: &[(&str, Method, &str)] = &[
    ("AssociateAccessPolicy", Method::POST, "/clusters/{clusterName}/access-entries/{principalArn}/access-policies"),
    ("AssociateEncryptionConfig", Method::POST, "/clusters/{clusterName}/encryption-config/associate"),
    ("AssociateIdentityProviderConfig", Method::POST, "/clusters/{clusterName}/identity-provider-configs/associate"),
    ("CancelUpdate", Method::POST, "/clusters/{name}/updates/{updateId}/cancel-update"),
    ("CreateAccessEntry", Method::POST, "/clusters/{clusterName}/access-entries"),
    ("CreateAddon", Method::POST, "/clusters/{clusterName}/addons"),
    ("CreateCapability", Method::POST, "/clusters/{clusterName}/capabilities"),
    ("CreateCluster", Method::POST, "/clusters"),
    ("CreateFargateProfile", Method::POST, "/clusters/{clusterName}/fargate-profiles"),
    ("CreateNodegroup", Method::POST, "/clusters/{clusterName}/node-groups"),
    ("CreatePodIdentityAssociation", Method::POST, "/clusters/{clusterName}/pod-identity-associations"),
    ("DeleteAccessEntry", Method::DELETE, "/clusters/{clusterName}/access-entries/{principalArn}"),
    ("DeleteAddon", Method::DELETE, "/clusters/{clusterName}/addons/{addonName}"),
    ("DeleteCapability", Method::DELETE, "/clusters/{clusterName}/capabilities/{capabilityName}"),
    ("DeleteCluster", Method::DELETE, "/clusters/{name}"),
    ("DeleteFargateProfile", Method::DELETE, "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}"),
    ("DeleteNodegroup", Method::DELETE, "/clusters/{clusterName}/node-groups/{nodegroupName}"),
    (
        "DeletePodIdentityAssociation",
        Method::DELETE,
        "/clusters/{clusterName}/pod-identity-associations/{associationId}",
    ),
    ("DescribeAccessEntry", Method::GET, "/clusters/{clusterName}/access-entries/{principalArn}"),
    ("DescribeAddon", Method::GET, "/clusters/{clusterName}/addons/{addonName}"),
    ("DescribeAddonConfiguration", Method::GET, "/addons/configuration-schemas"),
    ("DescribeAddonVersions", Method::GET, "/addons/supported-versions"),
    ("DescribeCapability", Method::GET, "/clusters/{clusterName}/capabilities/{capabilityName}"),
    ("DescribeCluster", Method::GET, "/clusters/{name}"),
    ("DescribeClusterVersions", Method::GET, "/cluster-versions"),
    ("DescribeFargateProfile", Method::GET, "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}"),
    ("DescribeIdentityProviderConfig", Method::POST, "/clusters/{clusterName}/identity-provider-configs/describe"),
    ("DescribeInsight", Method::GET, "/clusters/{clusterName}/insights/{id}"),
    ("DescribeNodegroup", Method::GET, "/clusters/{clusterName}/node-groups/{nodegroupName}"),
    (
        "DescribePodIdentityAssociation",
        Method::GET,
        "/clusters/{clusterName}/pod-identity-associations/{associationId}",
    ),
    ("DescribeUpdate", Method::GET, "/clusters/{name}/updates/{updateId}"),
    (
        "DisassociateAccessPolicy",
        Method::DELETE,
        "/clusters/{clusterName}/access-entries/{principalArn}/access-policies/{policyArn}",
    ),
    (
        "DisassociateIdentityProviderConfig",
        Method::POST,
        "/clusters/{clusterName}/identity-provider-configs/disassociate",
    ),
    ("ListAccessEntries", Method::GET, "/clusters/{clusterName}/access-entries"),
    ("ListAccessPolicies", Method::GET, "/access-policies"),
    ("ListAddons", Method::GET, "/clusters/{clusterName}/addons"),
    (
        "ListAssociatedAccessPolicies",
        Method::GET,
        "/clusters/{clusterName}/access-entries/{principalArn}/access-policies",
    ),
    ("ListCapabilities", Method::GET, "/clusters/{clusterName}/capabilities"),
    ("ListClusters", Method::GET, "/clusters"),
    ("ListFargateProfiles", Method::GET, "/clusters/{clusterName}/fargate-profiles"),
    ("ListIdentityProviderConfigs", Method::GET, "/clusters/{clusterName}/identity-provider-configs"),
    ("ListInsights", Method::POST, "/clusters/{clusterName}/insights"),
    ("ListNodegroups", Method::GET, "/clusters/{clusterName}/node-groups"),
    ("ListPodIdentityAssociations", Method::GET, "/clusters/{clusterName}/pod-identity-associations"),
    ("ListTagsForResource", Method::GET, "/tags/{resourceArn}"),
    ("ListUpdates", Method::GET, "/clusters/{name}/updates"),
    ("TagResource", Method::POST, "/tags/{resourceArn}"),
    ("UntagResource", Method::DELETE, "/tags/{resourceArn}"),
    ("UpdateAccessEntry", Method::POST, "/clusters/{clusterName}/access-entries/{principalArn}"),
    ("UpdateAddon", Method::POST, "/clusters/{clusterName}/addons/{addonName}/update"),
    ("UpdateCapability", Method::POST, "/clusters/{clusterName}/capabilities/{capabilityName}"),
    ("UpdateClusterConfig", Method::POST, "/clusters/{name}/update-config"),
    ("UpdateClusterVersion", Method::POST, "/clusters/{name}/updates"),
    ("UpdateNodegroupConfig", Method::POST, "/clusters/{clusterName}/node-groups/{nodegroupName}/update-config"),
    ("UpdateNodegroupVersion", Method::POST, "/clusters/{clusterName}/node-groups/{nodegroupName}/update-version"),
    ("UpdatePodIdentityAssociation", Method::POST, "/clusters/{clusterName}/pod-identity-associations/{associationId}"),
];

/// Roles by name: the services that they trust, what these may do, and their policies.
const ROLES: &[(&str, &str, &str, &[&str])] = &[
    ("app", "pods.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &[]),
    ("auto", "eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &["AmazonEKSClusterPolicy"]),
    ("bare", "ec2", r#""sts:AssumeRole""#, &[]),
    ("capability", "capabilities.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &[]),
    ("cluster", "eks", r#""sts:AssumeRole""#, &["AmazonEKSClusterPolicy"]),
    ("node", "ec2", r#""sts:AssumeRole""#, NODE_POLICIES),
    ("pods", "eks-fargate-pods", r#""sts:AssumeRole""#, &["AmazonEKSFargatePodExecutionRolePolicy"]),
    ("plain", "eks", r#""sts:AssumeRole""#, &[]),
];
pub const NODE_POLICIES: &[&str] =
    &["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"];

/// Enough virtual seconds for anything of the kind.
pub const ROLE_KNOWN: u64 = 31;
pub const CLUSTER_MADE: u64 = 661;
pub const VERSION_UPDATED: u64 = 2821;
pub const NODES_JOINED: u64 = 331;

/// Virtual seconds pass.
pub async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

/// An account with what clusters need.
pub struct Account {
    pub net: Network,
}

impl Account {
    /// A VPC `{vpc}` whose subnets `{a}`, `{b}` and `{c}` are in three zones and public, `{a2}` as `{a}`; a VPC
    /// `{elsewhere}` with `{x}` and `{y}` in two zones; and roles: `{role}` and a name of [`ROLES`] is the ARN of one;
    /// and `{key}`, the ARN of a KMS key. EKS has not heard of the roles yet.
    pub fn new() -> Self {
        Self { net: Network::new() }.furnished()
    }

    /// An [`Account::new`] whose roles EKS knows.
    pub async fn known() -> Self {
        let account = Self::new();
        pass(ROLE_KNOWN).await;
        account
    }

    /// With the cluster `dev`, ACTIVE.
    pub async fn with_cluster(input: Value) -> Self {
        let account = Self::known().await;
        account.ok("CreateCluster", input);
        pass(CLUSTER_MADE).await;
        assert_eq!(account.cluster("dev")["status"], "ACTIVE");
        account
    }

    pub fn furnished(mut self) -> Self {
        self.net.ok("CreateRoute", "RouteTableId={main}&DestinationCidrBlock=0.0.0.0/0&GatewayId={igw}");
        for (name, number, zone) in [("a", 1, 'a'), ("b", 2, 'b'), ("c", 3, 'c'), ("a2", 4, 'a')] {
            self.subnet(name, &format!("10.0.{number}.0/24"), zone);
            self.net.ok("ModifySubnetAttribute", &format!("SubnetId={{{name}}}&MapPublicIpOnLaunch.Value=true"));
        }
        self.net.make("elsewhere", "CreateVpc", "CidrBlock=10.9.0.0/16", "vpcId");
        for (name, number, zone) in [("x", 1, 'a'), ("y", 2, 'b')] {
            let parameters =
                format!("VpcId={{elsewhere}}&CidrBlock=10.9.{number}.0/24&AvailabilityZone={REGION}{zone}");
            self.net.make(name, "CreateSubnet", &parameters, "subnetId");
        }
        self.net.name("role", &format!("arn:aws:iam::{ACCOUNT}:role/"));
        for (name, service, actions, policies) in ROLES {
            self.role(name, service, actions, policies);
        }
        self.key("key", json!({}));
        self
    }

    /// With the private subnet `{inner}`, which the route table `{inside}` serves.
    pub fn with_inner(mut self) -> Self {
        self.net.make("inside", "CreateRouteTable", "VpcId={vpc}", "routeTableId");
        self.subnet("inner", "10.0.20.0/24", 'a');
        self.net.ok("AssociateRouteTable", "RouteTableId={inside}&SubnetId={inner}");
        self
    }

    /// A KMS key; the name is that of its ARN.
    pub fn key(&mut self, name: &str, input: Value) {
        let made = aws::granted("CreateKey", self.net.aws.kms("CreateKey", input));
        self.net.name(name, &text(&made["KeyMetadata"]["Arn"]));
    }

    /// A subnet of `{vpc}` in the zone that the letter is of.
    pub fn subnet(&mut self, name: &str, cidr: &str, zone: char) {
        let parameters = format!("VpcId={{vpc}}&CidrBlock={cidr}&AvailabilityZone={REGION}{zone}");
        self.net.make(name, "CreateSubnet", &parameters, "subnetId");
    }

    /// A role that a service may assume.
    pub fn role(&self, name: &str, service: &str, actions: &str, policies: &[&str]) {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",
                "Principal":{{"Service":"{service}.amazonaws.com"}},"Action":{actions}}}}}"#
        );
        self.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
        for policy in policies {
            let arn = format!("arn:aws:iam::aws:policy/{policy}");
            self.iam("AttachRolePolicy", &[("RoleName", name), ("PolicyArn", &arn)]);
        }
    }

    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        aws::granted(action, self.net.aws.iam(action, parameters))
    }

    /// Calls EKS with `input` over what is usual for the operation, as in JSON Merge Patch. `{a}` in a text is the id of
    /// what is called `a`.
    pub fn call(&self, operation: &str, input: Value) -> Result<Value, Refused> {
        self.call_on(&self.net.aws, operation, input)
    }

    /// The same in another Region, or another world.
    pub fn call_on(&self, aws: &Aws, operation: &str, input: Value) -> Result<Value, Refused> {
        let (_, method, template) = ROUTES.iter().find(|route| route.0 == operation).expect("a route");
        let mut all = usual(operation);
        merge(&mut all, input);
        let text = self.net.filled_in(&all.to_string());
        let fields: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
        let (path, rest) = path(template, fields);
        let carries_body = matches!(*method, Method::POST);
        let path = if carries_body || rest.is_empty() { path } else { format!("{path}?{}", query(&rest)) };
        let body = if carries_body { rest.into() } else { Value::Null };
        aws.eks(method.clone(), &path, body)
    }

    /// The answer to a call that is granted.
    #[track_caller]
    pub fn ok(&self, operation: &str, input: Value) -> Value {
        aws::granted(format!("{operation} {input}"), self.call(operation, input))
    }

    /// What the last call began, and what that brings with it, is complete.
    pub fn settle(&self) {
        for _ in 0..2 {
            self.ok("ListClusters", json!({}));
        }
    }

    pub fn cluster(&self, name: &str) -> Value {
        self.ok("DescribeCluster", json!({ "name": name }))["cluster"].clone()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// What a call says that is about nothing special.
fn usual(operation: &str) -> Value {
    match operation {
        "CreateCluster" => json!({
            "name": "dev",
            "roleArn": "{role}cluster",
            "resourcesVpcConfig": { "subnetIds": ["{a}", "{b}"] },
        }),
        "CreateNodegroup" => json!({
            "clusterName": "dev",
            "nodegroupName": "nodes",
            "nodeRole": "{role}node",
            "subnets": ["{a}", "{b}"],
        }),
        "AssociateEncryptionConfig"
        | "DescribeInsight"
        | "ListAccessEntries"
        | "ListAddons"
        | "ListCapabilities"
        | "ListFargateProfiles"
        | "ListIdentityProviderConfigs"
        | "ListInsights"
        | "ListNodegroups" => json!({ "clusterName": "dev" }),
        "CreateFargateProfile" => json!({
            "clusterName": "dev",
            "fargateProfileName": "pods",
            "podExecutionRoleArn": "{role}pods",
            "subnets": ["{inner}"],
            "selectors": [{ "namespace": "default" }],
        }),
        "DescribeAddonConfiguration" => {
            json!({ "addonName": "vpc-cni", "addonVersion": "v1.21.1-eksbuild.3" })
        }
        "DescribeAddonVersions"
        | "DescribeClusterVersions"
        | "ListAccessPolicies"
        | "ListClusters"
        | "ListTagsForResource"
        | "TagResource"
        | "UntagResource" => json!({}),
        "AssociateAccessPolicy" => json!({
            "clusterName": "dev",
            "principalArn": "{role}plain",
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
            "accessScope": { "type": "cluster" },
        }),
        "DisassociateAccessPolicy" => json!({
            "clusterName": "dev",
            "principalArn": "{role}plain",
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        }),
        "AssociateIdentityProviderConfig" => json!({
            "clusterName": "dev",
            "oidc": {
                "identityProviderConfigName": "people",
                "issuerUrl": "https://login.example.com",
                "clientId": "kubernetes",
            },
        }),
        "CreateCapability" => json!({
            "clusterName": "dev",
            "capabilityName": "controllers",
            "type": "ACK",
            "roleArn": "{role}capability",
            "deletePropagationPolicy": "RETAIN",
        }),
        _ if operation.contains("IdentityProviderConfig") => {
            json!({ "clusterName": "dev", "identityProviderConfig": { "type": "oidc", "name": "people" } })
        }
        _ if operation.contains("Capability") => json!({ "clusterName": "dev", "capabilityName": "controllers" }),
        _ if operation.contains("Addon") => json!({ "clusterName": "dev", "addonName": "metrics-server" }),
        _ if operation.contains("Access") => json!({ "clusterName": "dev", "principalArn": "{role}plain" }),
        "CreatePodIdentityAssociation" => json!({
            "clusterName": "dev",
            "namespace": "default",
            "serviceAccount": "app",
            "roleArn": "{role}app",
        }),
        _ if operation.contains("PodIdentityAssociation") => json!({ "clusterName": "dev" }),
        _ if operation.contains("FargateProfile") => json!({ "clusterName": "dev", "fargateProfileName": "pods" }),
        _ if operation.contains("Nodegroup") => json!({ "clusterName": "dev", "nodegroupName": "nodes" }),
        _ => json!({ "name": "dev" }),
    }
}

/// JSON Merge Patch, RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        if value.is_null() {
            target.as_object_mut().expect("an object").remove(&name);
        } else {
            merge(&mut target[name], value);
        }
    }
}

fn path(template: &str, mut fields: Map<String, Value>) -> (String, Map<String, Value>) {
    let mut part = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => utf8_percent_encode(&text(&fields.remove(name).expect(name)), NON_ALPHANUMERIC).to_string(),
        None => part.to_owned(),
    };
    let path: Vec<String> = template.split('/').map(&mut part).collect();
    (path.join("/"), fields)
}

fn query(fields: &Map<String, Value>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        for value in value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice) {
            query.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    query.finish()
}
