//! What no schema can say: what is meant. What is not, `bad_specs.rs` tells.

use eksctl_rs_stack::{Sources, load};

/// A stack that is valid.
const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

#[test]
fn what_is_meant_is_taken() {
    for body in [
        "vpc: {existing: {stack: net}}",
        "vpc: {existing: {tags: {Name: hub}, privateSubnetTags: {tier: app}}, flowLogs: {}}",
        "vpc: {id: vpc-0123456789abcdef0, subnets: {private: {eu-west-1a: {id: subnet-0123456789abcdef0}, b: {id: subnet-0123456789abcdef1, az: eu-west-1b}}}}",
        "privateCluster: {enabled: true}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large}]",
        "privateCluster: {enabled: true, skipEndpointCreation: true}\nvpc: {existing: {stack: net}}",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large}]",
        "vpc: {extraCIDRs: [100.64.0.0/16], nat: {gateway: Disable}, subnets: {private: {eu-west-1a: {cidr: 100.64.0.0/18}, eu-west-1b: {cidr: 10.0.0.0/18}}}}",
        "vpc: {securityGroups: [{name: a, ingress: [{ports: 443, securityGroups: [b, self, cluster, sg-0123456789abcdef0]}, {protocol: icmp, cidrs: [vpc, \"2001:db8::/32\"]}], egress: []}, {name: b}]}",
        "accessConfig: {bootstrapClusterCreatorAdminPermissions: false, accessEntries: [{permissionSet: Admin, accessPolicies: [{policyARN: AmazonEKSClusterAdminPolicy}]}, {principalARN: \"arn:aws:iam::444455556666:role/b\", kubernetesGroups: [viewers], kubernetesUsername: \"b:{{SessionName}}\", accessPolicies: [{policyARN: AmazonEKSViewPolicy, accessScope: {type: namespace, namespaces: [\"dev-*\", default]}}]}, {principalARN: \"arn:aws:iam::111122223333:role/c\", type: EC2_LINUX}]}",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\nfargateProfiles: [{name: a, selectors: [{namespace: \"dev-?\", labels: {tier: \"*\"}}, {namespace: \"*\"}]}]",
        "identityProviders: [{name: a, issuerURL: \"https://id.example.com/realm\", clientID: k, usernamePrefix: \"-\", groupsClaim: groups, groupsPrefix: \"oidc:\"}]",
        "capabilities: [{name: a, type: ACK, configuration: {ack: {disabledServices: [s3]}}}, {name: b, type: KRO}, {name: c, type: ARGOCD, configuration: {argocd: {awsIdc: {idcInstanceARN: \"arn:aws:sso:::instance/ssoins-0123456789abcdef\"}, rbacRoleMappings: [{role: ADMIN, identities: [{id: x, type: SSO_USER}]}]}}}]",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, ami: ami-0123456789abcdef0, maxPodsPerNode: 50}]",
        "iam: {withOIDC: true}",
        "iam: {withOIDC: false, serviceAccounts: [{metadata: {name: app}, attachRoleARN: \"arn:aws:iam::111122223333:role/a\"}]}",
        "iam: {oidcProviders: [{name: github, url: \"https://token.actions.githubusercontent.com\", existing: true}], roles: [{name: ci, attachPolicies: [push], eksAccess: describe, trust: {oidc: {provider: github, subjects: [\"repo:acme/app:ref:refs/heads/main\"]}}}], policies: [{name: push, ecrPush: [\"team/*\", \"arn:aws:ecr:eu-west-1:444455556666:repository/hub\"]}]}",
        "kms: {usedFor: [images]}\necr: {repositories: [{name: team/app-1.x, encryption: {type: KMS_DSSE}, lifecycle: [{expireUntaggedAfterDays: 14}, {keep: 30, prefixes: [v]}, {expireAfterDays: 90, patterns: [\"dev-*\"]}, {keep: 500}], access: {pull: [\"444455556666\", \"arn:aws:iam::444455556666:role/ci\"], organization: o-a1b2c3d4e5}}]}",
        "iam: {roles: [{name: ci, trust: {accounts: [\"444455556666\"]}}]}\necr: {repositories: [{name: app, access: {push: [\"role:ci\"]}}]}",
        "ecr: {repositories: [{name: app, imageTagMutability: IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusions: [\"dev-*\"], encryption: {type: KMS, keyARN: alias/aws/ecr}}], scanning: {type: ENHANCED, rules: [{frequency: CONTINUOUS_SCAN, filters: [\"prod/*\"]}, {}]}, replication: []}",
        "managedNodeGroups: [{name: a, instanceType: p5.48xlarge, capacityBlock: true, capacityReservation: {capacityReservationTarget: {capacityReservationID: cr-0123456789abcdef0}}}]",
    ] {
        let loaded = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None);
        loaded.unwrap_or_else(|problems| panic!("{body}\n{problems}"));
    }
}
