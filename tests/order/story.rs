//! A log of calls, and what must hold of it.

use std::collections::BTreeMap;

use eksctl_rs_emulator::LogEntry;
use serde_json::Value;

/// The calls of a run, in order.
pub(crate) struct Story {
    calls: Vec<LogEntry>,
}

/// A call and its place in the story.
#[derive(Clone, Copy)]
struct Told<'s> {
    at: usize,
    call: &'s LogEntry,
}

impl Told<'_> {
    fn input(&self, name: &str) -> &str {
        self.call.input[name].as_str().unwrap_or_default()
    }
}

impl Story {
    pub(crate) fn new(calls: Vec<LogEntry>) -> Self {
        Self { calls }
    }

    /// The calls of an operation that were granted.
    fn of(&self, operation: &str) -> Vec<Told<'_>> {
        let all = self.calls.iter().enumerate().map(|(at, call)| Told { at, call });
        all.filter(|told| told.call.operation == operation && told.call.error.is_none()).collect()
    }

    /// How often an operation was granted.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.of(operation).len()
    }

    fn only(&self, operation: &str) -> Told<'_> {
        let found = self.of(operation);
        assert_eq!(found.len(), 1, "{operation}");
        found[0]
    }

    /// When a question was first answered so, from a place in the story on.
    fn told_from(&self, from: usize, operation: &str, fits: impl Fn(&LogEntry) -> bool) -> Option<usize> {
        let later = self.calls.iter().enumerate().skip(from);
        later.filter(|(_, call)| call.operation == operation).find(|(_, call)| fits(call)).map(|(at, _)| at)
    }

    /// When the cluster was seen to be ACTIVE.
    fn cluster_is_active(&self) -> usize {
        let made = self.only("CreateCluster").at;
        let active = |call: &LogEntry| call.output["cluster"]["status"] == "ACTIVE";
        self.told_from(made, "DescribeCluster", active).expect("the cluster becomes ACTIVE")
    }

    /// When the deleted cluster was seen to be gone.
    fn cluster_is_gone(&self) -> usize {
        let deleted = self.only("DeleteCluster").at;
        self.told_from(deleted, "DescribeCluster", |call| call.error.is_some()).expect("the cluster goes")
    }

    /// When each deleted node group was seen to be gone, by name.
    fn groups_are_gone(&self) -> BTreeMap<String, usize> {
        self.of("DeleteNodegroup")
            .into_iter()
            .map(|deleted| {
                let name = deleted.input("nodegroupName").to_owned();
                let gone = |call: &LogEntry| call.error.is_some() && call.input["nodegroupName"] == name;
                (name.clone(), self.told_from(deleted.at, "DescribeNodegroup", gone).expect("the group goes"))
            })
            .collect()
    }

    fn last_of(&self, operation: &str) -> Option<usize> {
        self.of(operation).last().map(|told| told.at)
    }

    /// Every call of `first` comes before every call of `second`.
    fn all_before(&self, first: &str, second: &str) {
        let (last, next) = (self.last_of(first), self.of(second).first().map(|told| told.at));
        if let (Some(last), Some(next)) = (last, next) {
            assert!(last < next, "{first} ({last}) comes before {second} ({next})");
        }
    }

    /// E1.1: EIP and a public subnet with a route to the internet gateway before a NAT gateway; that before the routes to it.
    pub(crate) fn network_comes_from_the_outside_in(&self) {
        for nat in self.of("CreateNatGateway") {
            let subnet = nat.input("SubnetId");
            let table = self.of("AssociateRouteTable").into_iter().find(|told| told.input("SubnetId") == subnet);
            let table = table.expect("the subnet of the NAT gateway has a route table");
            let id = table.input("RouteTableId");
            let to_internet =
                |told: &Told<'_>| told.input("RouteTableId") == id && told.input("GatewayId").starts_with("igw-");
            let route = self.of("CreateRoute").into_iter().find(to_internet).expect("it leads to the internet");
            assert!(table.at < nat.at && route.at < nat.at, "the way out of {subnet} is there before its NAT gateway");
            let allocation = self
                .of("AllocateAddress")
                .into_iter()
                .find(|told| told.call.output["AllocationId"].as_str() == Some(nat.input("AllocationId")));
            assert!(allocation.expect("it has an address").at < nat.at);
        }
        for route in self.of("CreateRoute").into_iter().filter(|told| !told.input("NatGatewayId").is_empty()) {
            let id = route.input("NatGatewayId");
            let available = |call: &LogEntry| {
                let gateways = call.output["NatGateways"].as_array().cloned().unwrap_or_default();
                gateways.iter().any(|one| one["NatGatewayId"] == id && one["State"] == "available")
            };
            let seen = self.told_from(0, "DescribeNatGateways", available).expect("it becomes available");
            assert!(seen < route.at, "{id} is available before the route to it");
        }
    }

    /// E1.2: the key with its policy before the log group; that, with its retention, before the cluster.
    pub(crate) fn keys_and_log_groups_come_before_what_they_are_for(&self) {
        let cluster = self.only("CreateCluster");
        let name = format!("/aws/eks/{}/cluster", cluster.input("name"));
        let logs = cluster.call.input["logging"].to_string().contains("\"enabled\":true");
        for group in self.of("CreateLogGroup") {
            let key = group.input("kmsKeyId");
            if !key.is_empty() {
                let made = self.of("CreateKey").into_iter().find(|told| told.call.output["KeyMetadata"]["Arn"] == key);
                assert!(made.expect("the key is the stack's").at < group.at);
            }
        }
        if logs {
            let group = self.of("CreateLogGroup").into_iter().find(|told| told.input("logGroupName") == name);
            assert!(group.expect("the log group is made").at < cluster.at, "the log group comes before the cluster");
            let kept = self.of("PutRetentionPolicy").into_iter().find(|told| told.input("logGroupName") == name);
            assert!(kept.expect("it has a retention").at < cluster.at, "and so does its retention");
        }
        for config in cluster.call.input["encryptionConfig"].as_array().into_iter().flatten() {
            let key = &config["provider"]["keyArn"];
            let made = self.of("CreateKey").into_iter().find(|told| told.call.output["KeyMetadata"]["Arn"] == *key);
            assert!(made.expect("the key is the stack's").at < cluster.at);
        }
    }

    /// When every policy of a role was attached or put, if the role is made in this story.
    fn complete(&self, arn: &str) -> Option<usize> {
        let name = arn.rsplit('/').next().unwrap_or_default();
        let of_role = |told: &Told<'_>| told.input("RoleName") == name;
        let calls = ["CreateRole", "AttachRolePolicy", "PutRolePolicy"].map(|operation| self.of(operation));
        calls.into_iter().flatten().filter(of_role).map(|told| told.at).max()
    }

    fn role_is_complete(&self, arn: &str) -> usize {
        self.complete(arn).expect("the role is made")
    }

    /// E1.3 and E1.10: policies are attached before a role is used.
    pub(crate) fn roles_are_complete_before_they_are_used(&self) {
        let cluster = self.only("CreateCluster");
        assert!(self.role_is_complete(cluster.input("roleArn")) < cluster.at);
        for group in self.of("CreateNodegroup") {
            assert!(self.role_is_complete(group.input("nodeRole")) < group.at);
        }
    }

    /// E1.4, E1.10 and the way out: the cluster is ACTIVE, the launch template there, the subnets have their routes or all
    /// endpoints are available, and names resolve, before a node group is made.
    pub(crate) fn nodes_come_last(&self) {
        let active = self.cluster_is_active();
        for group in self.of("CreateNodegroup") {
            assert!(active < group.at, "the cluster is ACTIVE first");
            let template = group.call.input["launchTemplate"]["id"].as_str().expect("it has a template");
            let made = self.of("CreateLaunchTemplate").into_iter();
            let made = made.filter(|told| told.call.output["LaunchTemplate"]["LaunchTemplateId"] == template);
            assert!(made.map(|told| told.at).next().expect("the template is the stack's") < group.at);
            let ground = [
                "ModifyVpcAttribute",
                "CreateRoute",
                "AssociateRouteTable",
                "CreateVpcEndpoint",
                "AuthorizeSecurityGroupIngress",
            ];
            for operation in ground {
                let last = self.last_of(operation);
                assert!(last.is_none_or(|last| last < group.at), "{operation} comes before the nodes");
            }
            for endpoint in self.of("CreateVpcEndpoint") {
                let id = endpoint.call.output["VpcEndpoint"]["VpcEndpointId"].as_str().expect("an id");
                let seen = self.told_from(endpoint.at, "DescribeVpcEndpoints", |call| is_available(call, id));
                assert!(seen.expect("it becomes available") < group.at, "endpoints are available before the nodes");
            }
        }
    }

    /// When a Fargate profile was first seen so, from a place in the story on.
    fn profile_is(&self, from: usize, name: &str, fits: impl Fn(&LogEntry) -> bool) -> usize {
        let seen = self
            .told_from(from, "DescribeFargateProfile", |call| call.input["fargateProfileName"] == name && fits(call));
        seen.expect("the profile gets there")
    }

    /// E1.9: the cluster, the role and the way out are there; then each profile comes when the one before it is ACTIVE.
    pub(crate) fn fargate_profiles_come_one_after_the_other(&self) {
        let mut before = self.cluster_is_active();
        let created = self.of("CreateFargateProfile");
        for profile in created {
            assert!(before < profile.at, "{} comes after what is before it", profile.input("fargateProfileName"));
            assert!(self.role_is_complete(profile.input("podExecutionRoleArn")) < profile.at);
            for operation in ["CreateRoute", "AssociateRouteTable"] {
                assert!(self.last_of(operation).is_none_or(|last| last < profile.at), "{operation} comes before pods");
            }
            let active = |call: &LogEntry| call.output["fargateProfile"]["status"] == "ACTIVE";
            before = self.profile_is(profile.at, profile.input("fargateProfileName"), active);
        }
    }

    /// E5.46: each profile goes when the one before it is gone; then the cluster, and the role of the pods.
    pub(crate) fn fargate_profiles_go_one_after_the_other(&self) {
        let mut before = 0;
        for profile in self.of("DeleteFargateProfile") {
            assert!(before <= profile.at, "{} goes after the one before", profile.input("fargateProfileName"));
            before = self.profile_is(profile.at, profile.input("fargateProfileName"), |call| call.error.is_some());
        }
        assert!(before < self.only("DeleteCluster").at, "they are gone before the cluster is deleted");
        let role = self.of("DeleteRole").into_iter().find(|told| told.input("RoleName").ends_with("fargate"));
        assert!(role.is_none_or(|role| before < role.at), "their role goes after them");
    }

    /// E1.7: what nodes need is ACTIVE before the first group is made; what needs nodes is made when the groups are ACTIVE.
    pub(crate) fn add_ons_come_before_the_nodes_that_need_them_and_after_those_that_they_need(&self) {
        const FIRST: &[&str] = &["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];
        let active = self.cluster_is_active();
        let groups = self.of("CreateNodegroup");
        let first_group = groups.iter().map(|told| told.at).min().unwrap_or(usize::MAX);
        let ready = groups.iter().map(|made| {
            let name = made.input("nodegroupName");
            let is_active =
                |call: &LogEntry| call.output["nodegroup"]["status"] == "ACTIVE" && call.input["nodegroupName"] == name;
            self.told_from(made.at, "DescribeNodegroup", is_active).expect("the group becomes ACTIVE")
        });
        let profiles = self.of("CreateFargateProfile").into_iter().map(|made| {
            let is_active = |call: &LogEntry| call.output["fargateProfile"]["status"] == "ACTIVE";
            self.profile_is(made.at, made.input("fargateProfileName"), is_active)
        });
        let ready = ready.chain(profiles).max().expect("something that pods run on");
        for addon in self.of("CreateAddon") {
            let name = addon.input("addonName");
            assert!(active < addon.at, "the cluster is ACTIVE before {name}");
            if FIRST.contains(&name) {
                let is_active =
                    |call: &LogEntry| call.output["addon"]["status"] == "ACTIVE" && call.input["addonName"] == name;
                let seen = self.told_from(addon.at, "DescribeAddon", is_active).expect("it becomes ACTIVE");
                assert!(seen < first_group, "{name} comes before the nodes");
            } else {
                assert!(ready < addon.at, "{name} comes after the nodes and profiles");
            }
            let role = addon.input("serviceAccountRoleArn");
            assert!(role.is_empty() || self.role_is_complete(role) < addon.at, "{name} has its role");
            for association in addon.call.input["podIdentityAssociations"].as_array().into_iter().flatten() {
                assert!(self.role_is_complete(association["roleArn"].as_str().expect("an ARN")) < addon.at);
            }
        }
    }

    /// E5.46: a cluster takes its add-ons along.
    pub(crate) fn add_ons_go_with_their_cluster(&self) {
        assert!(self.of("DeleteAddon").is_empty());
    }

    /// E2.17: control plane, add-ons, node groups.
    pub(crate) fn the_control_plane_moves_first_then_add_ons_then_nodes(&self) {
        assert_eq!(self.of("UpdateClusterVersion").len(), 1);
        assert!(self.of("UpdateAddon").iter().any(|told| told.input("addonName") == "kube-proxy"));
        assert_eq!(self.of("UpdateNodegroupVersion").len(), 2);
        self.all_before("UpdateClusterVersion", "UpdateAddon");
        self.all_before("UpdateAddon", "UpdateNodegroupVersion");
        let is_done = |call: &LogEntry| call.output["update"]["status"] == "Successful";
        let update = self.only("UpdateClusterVersion");
        let seen = self.told_from(update.at, "DescribeUpdate", is_done).expect("the control plane moves");
        assert!(self.of("UpdateAddon").iter().all(|told| seen < told.at), "no add-on is newer than the control plane");
    }

    /// E5.46: vpc-cni after the nodes, what runs on them before.
    pub(crate) fn what_nodes_need_goes_after_them(&self) {
        let gone = self.groups_are_gone().into_values().max().expect("groups go");
        let first = self.of("DeleteNodegroup").iter().map(|told| told.at).min().expect("groups go");
        for deleted in self.of("DeleteAddon") {
            let name = deleted.input("addonName");
            match name {
                "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" => assert!(gone < deleted.at, "{name}"),
                _ => assert!(deleted.at < first, "{name}"),
            }
        }
        assert_eq!(self.of("DeleteAddon").len(), 5);
    }

    /// E1.4, E1.6 and E1.8: the cluster is ACTIVE before anything in it is made; the stack's own roles behind entries,
    /// associations and capabilities are complete; the agent is there before what it serves.
    pub(crate) fn whoever_gets_in_is_there_first(&self) {
        let active = self.cluster_is_active();
        for (operation, role) in [
            ("CreateAccessEntry", "principalArn"),
            ("CreatePodIdentityAssociation", "roleArn"),
            ("CreateCapability", "roleArn"),
        ] {
            for told in self.of(operation) {
                assert!(active < told.at, "the cluster is ACTIVE before {operation}");
                let complete = self.complete(told.input(role));
                assert!(complete.is_none_or(|complete| complete < told.at), "its role is complete before {operation}");
            }
        }
        for told in self.of("AssociateIdentityProviderConfig") {
            assert!(active < told.at);
        }
        for told in self.of("CreatePodIdentityAssociation") {
            let agent = |call: &LogEntry| {
                call.input["addonName"] == "eks-pod-identity-agent" && call.output["addon"]["status"] == "ACTIVE"
            };
            let agent = self.told_from(0, "DescribeAddon", agent).expect("the agent becomes ACTIVE");
            assert!(agent < told.at, "the agent is there before what it serves");
        }
    }

    /// E1.5: the cluster, its provider, the roles that trust it.
    pub(crate) fn pods_find_their_roles(&self) {
        let active = self.cluster_is_active();
        let providers = self.of("CreateOpenIDConnectProvider").into_iter();
        for provider in providers.filter(|told| is_of_a_cluster(told.input("Url"))) {
            assert!(active < provider.at, "the issuer is the cluster's");
            for role in self.of("CreateRole") {
                let trusts = is_of_a_cluster(role.input("AssumeRolePolicyDocument"));
                assert!(!trusts || provider.at < role.at, "{} trusts a provider that is there", role.input("RoleName"));
            }
        }
    }

    /// E5.46: the provider of a cluster and the roles that trust it go when the cluster is gone.
    pub(crate) fn pods_keep_their_roles_to_the_end(&self) {
        let gone = self.cluster_is_gone();
        let providers = self.of("DeleteOpenIDConnectProvider").into_iter();
        let provider =
            providers.filter(|told| is_of_a_cluster(told.input("OpenIDConnectProviderArn"))).map(|told| told.at).next();
        let Some(provider) = provider else { return };
        assert!(gone < provider, "the provider waits for the cluster");
        for role in self.of("DeleteRole").into_iter().filter(|told| told.input("RoleName").contains("-sa-")) {
            assert!(gone < role.at, "{} waits for the cluster", role.input("RoleName"));
        }
    }

    /// E1.11: repositories and credentials wait for no cluster; the rule of a cache comes after its secret and its template.
    pub(crate) fn images_wait_for_no_cluster(&self) {
        let active = self.cluster_is_active();
        for operation in
            ["CreateRepository", "CreateSecret", "CreateRepositoryCreationTemplate", "CreatePullThroughCacheRule"]
        {
            assert!(self.last_of(operation).is_none_or(|last| last < active), "{operation} waits for no cluster");
        }
        for rule in self.of("CreatePullThroughCacheRule") {
            let templates = self.of("CreateRepositoryCreationTemplate").into_iter();
            let template = templates
                .filter(|told| told.input("prefix") == rule.input("ecrRepositoryPrefix"))
                .map(|told| told.at)
                .next();
            assert!(template.expect("it has a template") < rule.at, "the template comes before the first pull");
            let credential = rule.input("credentialArn");
            let secrets = self.of("CreateSecret").into_iter();
            let secret = secrets.filter(|told| told.call.output["ARN"] == credential).map(|told| told.at).next();
            assert!(credential.is_empty() || secret.expect("the secret is the stack's") < rule.at);
        }
    }

    /// And they go without a rule left that needs them.
    pub(crate) fn caches_go_before_their_credentials(&self) {
        self.all_before("DeletePullThroughCacheRule", "DeleteSecret");
    }

    /// E5.46: capabilities are gone before the cluster is deleted; access entries and associations go with it, without a
    /// call, and their roles after it.
    pub(crate) fn what_eks_runs_for_a_cluster_goes_before_it(&self) {
        let (deleted, gone) = (self.only("DeleteCluster"), self.cluster_is_gone());
        for told in self.of("DeleteCapability") {
            let name = told.input("capabilityName");
            let fits = |call: &LogEntry| call.input["capabilityName"] == name && call.error.is_some();
            let seen = self.told_from(told.at, "DescribeCapability", fits).expect("the capability goes");
            assert!(seen < deleted.at, "{name} is gone before the cluster is deleted");
        }
        for operation in ["DeleteAccessEntry", "DeletePodIdentityAssociation", "DisassociateIdentityProviderConfig"] {
            assert!(self.of(operation).is_empty(), "{operation} is not needed");
        }
        for told in self.of("DeleteRole") {
            let name = told.input("RoleName");
            let is_inside = name.ends_with("-ops") || name.contains("-pod-");
            assert!(!is_inside || gone < told.at, "{name} waits for the cluster");
        }
    }

    /// E5.46: node groups before the cluster; their way out and their role's policies after them.
    pub(crate) fn nodes_go_first(&self) {
        let gone = self.groups_are_gone();
        let Some(last) = gone.values().max().copied() else { return };
        assert!(last < self.only("DeleteCluster").at, "node groups are gone before the cluster is deleted");
        for operation in ["DeleteNatGateway", "DeleteVpcEndpoints", "DeleteRoute", "DisassociateRouteTable"] {
            let first = self.of(operation).first().map(|told| told.at);
            assert!(first.is_none_or(|first| last < first), "{operation} waits for the nodes");
        }
        for (name, gone) in &gone {
            let described = self.calls.iter().find(|call| call.output["nodegroup"]["nodegroupName"] == name.as_str());
            let role = described.expect("described").output["nodegroup"]["nodeRole"].as_str().expect("it has a role");
            let role = role.rsplit('/').next().unwrap_or_default();
            for detached in self.of("DetachRolePolicy").into_iter().filter(|told| told.input("RoleName") == role) {
                assert!(*gone < detached.at, "{role} keeps its rights to the end");
            }
        }
        for (name, gone) in &gone {
            let described = self.calls.iter().find(|call| call.output["nodegroup"]["nodegroupName"] == name.as_str());
            let template = &described.expect("described").output["nodegroup"]["launchTemplate"]["id"];
            let deleted = self.of("DeleteLaunchTemplate").into_iter();
            let deleted =
                deleted.filter(|told| told.call.input["LaunchTemplateId"] == *template).map(|told| told.at).next();
            assert!(*gone < deleted.expect("the template goes"), "the template of {name} waits for it");
        }
    }

    /// E5.46: protection is lifted first; the log group, the cluster's role, its subnets and its key go after the cluster.
    pub(crate) fn the_cluster_goes_before_what_it_uses(&self) {
        let (deleted, gone) = (self.only("DeleteCluster"), self.cluster_is_gone());
        let lifted =
            self.of("UpdateClusterConfig").into_iter().find(|told| told.call.input["deletionProtection"] == false);
        assert!(lifted.is_none_or(|lifted| lifted.at < deleted.at));
        let described = self.calls.iter().find(|call| call.output["cluster"]["status"] == "ACTIVE").expect("described");
        let subnets = described.output["cluster"]["resourcesVpcConfig"]["subnetIds"].to_string();
        let after = ["DeleteLogGroup", "DeleteSubnet", "ScheduleKeyDeletion"];
        for told in after.into_iter().flat_map(|operation| self.of(operation)) {
            let is_its_own = match told.call.operation.as_str() {
                "DeleteLogGroup" => told.input("logGroupName").ends_with("/cluster"),
                "DeleteSubnet" => subnets.contains(told.input("SubnetId")),
                _ => true,
            };
            assert!(!is_its_own || gone < told.at, "{} waits for the cluster", told.call.operation);
        }
        for detached in
            self.of("DetachRolePolicy").into_iter().filter(|told| told.input("RoleName").ends_with("-cluster"))
        {
            assert!(gone < detached.at, "the cluster keeps its role to the end");
        }
        self.all_before("DeleteLogGroup", "ScheduleKeyDeletion");
    }

    /// E5.46: NAT gateways, then their addresses; then the internet gateway; endpoints before their groups; the VPC last.
    pub(crate) fn the_network_goes_from_the_inside_out(&self) {
        for deleted in self.of("DeleteNatGateway") {
            let id = deleted.input("NatGatewayId");
            let gone = |call: &LogEntry| {
                let gateways = call.output["NatGateways"].as_array().cloned().unwrap_or_default();
                call.error.is_some()
                    || gateways.iter().any(|one| one["NatGatewayId"] == id && one["State"] == "deleted")
            };
            let gone = self.told_from(deleted.at, "DescribeNatGateways", gone).expect("it goes");
            let released = self.of("ReleaseAddress").first().map(|told| told.at);
            assert!(released.is_none_or(|_| gone < self.last_of("ReleaseAddress").unwrap_or_default()));
        }
        self.all_before("ReleaseAddress", "DetachInternetGateway");
        self.all_before("DeleteVpcEndpoints", "DeleteSecurityGroup");
        for inner in [
            "DeleteSubnet",
            "DeleteRouteTable",
            "DeleteInternetGateway",
            "DeleteEgressOnlyInternetGateway",
            "DeleteSecurityGroup",
        ] {
            self.all_before(inner, "DeleteVpc");
        }
    }
}

/// Whether a text names the issuer of a cluster's tokens.
fn is_of_a_cluster(text: &str) -> bool {
    text.contains("oidc.eks.")
}

fn is_available(call: &LogEntry, id: &str) -> bool {
    let endpoints: Vec<Value> = call.output["VpcEndpoints"].as_array().cloned().unwrap_or_default();
    endpoints.iter().any(|one| {
        one["VpcEndpointId"] == id && one["State"].as_str().is_some_and(|state| state.eq_ignore_ascii_case("available"))
    })
}
