//! What no schema can say: each contradiction, with what is said about it.

use std::fmt::Write;

use eksctl_rs_stack::{Sources, load};

/// A stack that is valid.
const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

/// What is wrong, and the rest of a stack in which it is.
const CASES: &[(&str, &str)] = &[
    (
        "an existing VPC by two ways",
        "vpc: {id: vpc-0123456789abcdef0, existing: {stack: net}, subnets: {private: {a: {id: subnet-0123456789abcdef0, az: eu-west-1a}}}}",
    ),
    ("an existing VPC by no way", "vpc: {existing: {privateSubnetTags: {tier: app}}}"),
    (
        "an existing VPC by tags and by stack",
        "vpc: {existing: {tags: {Name: hub}, stack: net, privateSubnetTags: {tier: app}}}",
    ),
    ("an existing VPC without subnets", "vpc: {existing: {tags: {Name: hub}}}"),
    ("an existing VPC of the stack itself", "vpc: {existing: {stack: dev}}"),
    ("a VPC by id without subnets", "vpc: {id: vpc-0123456789abcdef0}"),
    (
        "a subnet of an existing VPC without id",
        "vpc: {id: vpc-0123456789abcdef0, subnets: {private: {eu-west-1a: {cidr: 10.0.0.0/24}}}}",
    ),
    (
        "an existing subnet in a VPC of one's own",
        "vpc: {subnets: {private: {eu-west-1a: {id: subnet-0123456789abcdef0}, eu-west-1b: {cidr: 10.0.1.0/24}}, public: {eu-west-1a: {cidr: 10.0.2.0/24}}}}",
    ),
    (
        "an existing subnet with a range",
        "vpc: {id: vpc-0123456789abcdef0, subnets: {private: {eu-west-1a: {id: subnet-0123456789abcdef0, cidr: 10.0.0.0/24}}}}",
    ),
    (
        "a subnet without a range",
        "vpc: {subnets: {private: {eu-west-1a: {}, eu-west-1b: {cidr: 10.0.1.0/24}}, public: {eu-west-1a: {cidr: 10.0.2.0/24}}}}",
    ),
    (
        "changes to an existing VPC",
        "vpc: {existing: {stack: net}, extraCIDRs: [100.64.0.0/16], autoAllocateIPv6: true, networkAddressUsageMetrics: true, nat: {gateway: Single}}",
    ),
    ("a range twice", "vpc: {extraCIDRs: [10.0.128.0/20, 100.64.0.0/16, 100.64.4.0/24]}"),
    ("a range that is too large", "vpc: {extraCIDRs: [100.64.0.0/10]}"),
    (
        "a service range in an extra range",
        "vpc: {extraCIDRs: [172.30.0.0/16]}\nkubernetesNetworkConfig: {serviceIPv4CIDR: 172.30.4.0/22}",
    ),
    ("settings of a private cluster that is not private", "privateCluster: {skipEndpointCreation: true}"),
    (
        "a private cluster that is public",
        "privateCluster: {enabled: true}\nvpc: {nat: {gateway: Single}, clusterEndpoints: {publicAccess: true}, publicAccessCIDRs: [203.0.113.0/24], subnets: {private: {eu-west-1a: {cidr: 10.0.0.0/24}, eu-west-1b: {cidr: 10.0.1.0/24}}, public: {eu-west-1a: {cidr: 10.0.2.0/24}}}}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large, privateNetworking: false}]",
    ),
    (
        "more endpoints of somebody else's",
        "privateCluster: {enabled: true, skipEndpointCreation: true, additionalEndpointServices: [sqs]}",
    ),
    ("a private cluster in an existing VPC", "privateCluster: {enabled: true}\nvpc: {existing: {stack: net}}"),
    ("no way out", "vpc: {nat: {gateway: Disable}}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large}]"),
    ("an endpoint twice", "vpc: {endpoints: [{service: sts}, {service: com.amazonaws.eu-west-1.s3}, {service: s3}]}"),
    ("an endpoint that no route leads to", "vpc: {endpoints: [{service: sts, type: Gateway}]}"),
    ("route tables of one's own VPC", "vpc: {endpoints: [{service: s3, routeTableIDs: [rtb-0123456789abcdef0]}]}"),
    (
        "route tables of an endpoint with interfaces",
        "vpc: {existing: {stack: net}, endpoints: [{service: sts, routeTableIDs: [rtb-0123456789abcdef0]}, {service: s3}]}",
    ),
    ("security groups with bad names", "vpc: {securityGroups: [{name: self}, {name: a}, {name: a}]}"),
    (
        "rules of security groups",
        "vpc: {securityGroups: [{name: a, ingress: [{ports: 443}, {cidrs: [10.0.0.1/8, x]}, {securityGroups: [b]}, {protocol: all, ports: 22, cidrs: [vpc]}, {ports: 90-80, cidrs: [vpc]}, {ports: 70000-70001, cidrs: [vpc]}]}]}",
    ),
    (
        "security groups that are not there",
        "vpc: {controlPlaneSecurityGroups: [a]}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large, securityGroups: {attach: [b]}}]",
    ),
    (
        "too many security groups for the control plane",
        "vpc: {securityGroups: [{name: a}], controlPlaneSecurityGroups: [a], controlPlaneSecurityGroupIDs: [sg-01234561, sg-01234562, sg-01234563, sg-01234564, sg-01234565]}",
    ),
    ("IPv6 with a range of services", "kubernetesNetworkConfig: {ipFamily: IPv6, serviceIPv4CIDR: 172.30.0.0/16}"),
    (
        "IPv6 with Windows and hybrid nodes",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\nremoteNetworkConfig: {remoteNodeNetworks: [{cidrs: [172.31.0.0/16]}]}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large, amiFamily: WindowsServer2022CoreContainer}]",
    ),
    (
        "parts of an IPv6 range",
        "vpc: {autoAllocateIPv6: true, nat: {gateway: Disable}, subnets: {private: {eu-west-1a: {cidr: 10.0.0.0/24}, eu-west-1b: {cidr: 10.0.1.0/24, ipv6Part: 1}}, public: {eu-west-1a: {cidr: 10.0.2.0/24, ipv6Part: 1}}}}",
    ),
    (
        "a part of no IPv6 range",
        "vpc: {nat: {gateway: Disable}, subnets: {private: {eu-west-1a: {cidr: 10.0.0.0/24, ipv6Part: 1}, eu-west-1b: {cidr: 10.0.1.0/24}}}}",
    ),
    (
        "an IPv6 range for an IPv4 cluster",
        "vpc: {clusterEndpoints: {publicAccess: true}, publicAccessCIDRs: [\"2001:db8::/32\"]}",
    ),
    (
        "volumes",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, volumeType: gp2, volumeIOPS: 3000, volumeThroughput: 200}, {name: b, instanceType: m6i.large, volumeType: io2}, {name: c, instanceType: m6i.large, volumeIOPS: 100}, {name: d, instanceType: m6i.large, volumeType: st1, volumeSize: 200}, {name: e, instanceType: m6i.large, volumeEncrypted: false, volumeKmsKeyID: alias/mine}]",
    ),
    (
        "more volumes",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, additionalVolumes: [{volumeName: /dev/xvdf}, {volumeName: /dev/xvdf, volumeType: sc1}]}]",
    ),
    (
        "an image of one's own",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, ami: ami-0123456789abcdef0, releaseVersion: 1.35.2-20261015, version: \"1.35\"}, {name: b, instanceType: m6i.large, ami: ami-0123456789abcdef0, amiFamily: WindowsServer2022CoreContainer}]",
    ),
    (
        "user data",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, amiFamily: Bottlerocket, preBootstrapCommands: [ls], kubeletExtraConfig: {maxPods: 10}}, {name: b, instanceType: m6i.large, bottlerocket: {enableAdminContainer: true}}, {name: c, instanceType: m6i.large, overrideBootstrapCommand: x, maxPodsPerNode: 50}, {name: d, instanceType: m6i.large, amiFamily: Bottlerocket, bottlerocket: {settings: {motd: [{a: 1}, {b: [null]}]}}}]",
    ),
    (
        "reservations",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, capacityReservation: {}}, {name: b, instanceType: m6i.large, capacityReservation: {capacityReservationPreference: open, capacityReservationTarget: {}}}, {name: c, instanceTypes: [p5.48xlarge, p5e.48xlarge], capacityBlock: true, spot: true}]",
    ),
    (
        "somebody else's launch template",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, launchTemplate: {id: lt-0123456789abcdef0, version: \"3\"}, ami: ami-0123456789abcdef0, volumeIOPS: 4000, maxPodsPerNode: 20}]",
    ),
    (
        "SSH from nowhere",
        "managedNodeGroups: [{name: a, instanceType: m6i.large, ssh: {allow: true, publicKeyName: ops}}]",
    ),
    (
        "service accounts without the identity provider",
        "iam: {withOIDC: false, serviceAccounts: [{metadata: {name: app}, attachPolicyARNs: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]}], roles: [{name: ci, trust: {oidc: {provider: cluster, subjects: [\"system:serviceaccount:ci:*\"]}}}]}",
    ),
    (
        "service accounts",
        "iam: {serviceAccounts: [{metadata: {name: app}}, {metadata: {name: app, namespace: default}, attachRoleARN: \"arn:aws:iam::111122223333:role/a\", roleName: b}, {metadata: {name: b}, attachPolicy: {Version: \"2012-10-17\"}}]}",
    ),
    (
        "policies of one's own",
        "iam: {policies: [{name: a}, {name: a, document: {Statement: []}, ecrPush: [app]}, {name: b, document: {Version: \"2012-10-17\"}}]}",
    ),
    (
        "policies that are not there",
        "iam: {policies: [{name: push, ecrPush: [app]}], groups: [{name: a, attachPolicies: [pull]}], serviceAccounts: [{metadata: {name: app}, attachPolicies: [pul]}]}",
    ),
    (
        "too many policies",
        "iam: {groups: [{name: a, attachPolicyARNs: [\"arn:aws:iam::aws:policy/A\", \"arn:aws:iam::aws:policy/B\", \"arn:aws:iam::aws:policy/C\", \"arn:aws:iam::aws:policy/D\", \"arn:aws:iam::aws:policy/E\", \"arn:aws:iam::aws:policy/F\", \"arn:aws:iam::aws:policy/G\", \"arn:aws:iam::aws:policy/H\", \"arn:aws:iam::aws:policy/I\", \"arn:aws:iam::aws:policy/J\", \"arn:aws:iam::aws:policy/K\"]}]}",
    ),
    (
        "roles with names of the stack's own",
        "iam: {roles: [{name: cluster, trust: {services: [ec2.amazonaws.com]}}, {name: sa-a, trust: {services: [ec2.amazonaws.com]}}, {name: a, trust: {services: [ec2.amazonaws.com]}}, {name: a, trust: {services: [ec2.amazonaws.com]}}]}",
    ),
    (
        "roles that nobody could take",
        "iam: {roles: [{name: a, trust: {}}, {name: b, trust: {mfa: true, externalID: x1, services: [ec2.amazonaws.com]}}, {name: c, trust: {accounts: [\"111122223333\"], document: {Statement: []}}}, {name: d, trust: {document: {Version: \"2012-10-17\"}}}]}",
    ),
    (
        "roles for pipelines",
        "iam: {oidcProviders: [{name: github, url: \"https://token.actions.githubusercontent.com\"}], roles: [{name: a, trust: {oidc: {provider: gitlab, subjects: [\"project_path:acme/app:*\"]}}}, {name: b, trust: {oidc: {provider: github, subjects: [\"*\", \"repo:*\"]}}}, {name: c, trust: {oidc: {provider: github, subjects: []}}}]}",
    ),
    (
        "identity providers",
        "iam: {oidcProviders: [{name: cluster, url: \"https://a.com\"}, {name: a, url: \"https://a.com\", existing: true, tags: {a: b}}]}",
    ),
    (
        "Karpenter on Fargate",
        "fargateProfiles: [{name: karpenter, selectors: [{namespace: karpenter}]}]\nkarpenter: {}",
    ),
    (
        "Karpenter",
        "accessConfig: {authenticationMode: CONFIG_MAP}\nkarpenter: {nodeRole: {attachPolicies: [a]}, nodeClasses: [{name: a}, {name: a}], nodePools: [{name: a, nodeClass: a, limits: {cpu: many}}, {name: a, requirements: [{key: k, operator: In}, {key: k, operator: Gt, values: [a]}]}]}",
    ),
    (
        "access entries that nothing knows",
        "accessConfig: {authenticationMode: CONFIG_MAP, accessEntries: [{principalARN: \"arn:aws:iam::111122223333:role/a\"}]}",
    ),
    (
        "access entries without and with several principals",
        "accessConfig: {accessEntries: [{name: a}, {principalARN: \"arn:aws:iam::111122223333:role/a\", permissionSet: Admin}, {principalARN: \"arn:aws:sts::111122223333:assumed-role/a/b\"}]}",
    ),
    (
        "access entries twice",
        "accessConfig: {accessEntries: [{principalARN: \"arn:aws:iam::111122223333:role/a\"}, {name: b, principalARN: \"arn:aws:iam::111122223333:role/a\"}, {principalARN: \"arn:aws:iam::111122223333:role/x/a\"}]}",
    ),
    (
        "access entries of nodes",
        "accessConfig: {accessEntries: [{principalARN: \"arn:aws:iam::111122223333:user/a\", type: EC2_LINUX}, {principalARN: \"arn:aws:iam::444455556666:role/b\", type: EC2_LINUX}, {principalARN: \"arn:aws:iam::111122223333:role/c\", type: EC2_LINUX, kubernetesUsername: c, kubernetesGroups: [c], accessPolicies: [{policyARN: AmazonEKSViewPolicy}]}, {principalARN: \"arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/d\"}]}",
    ),
    (
        "reserved names in Kubernetes",
        "accessConfig: {accessEntries: [{principalARN: \"arn:aws:iam::111122223333:role/a\", kubernetesUsername: \"eks:a\", kubernetesGroups: [\"system:masters\"]}, {principalARN: \"arn:aws:iam::111122223333:role/b\", kubernetesUsername: \"b-{{SessionName}}\"}]}",
    ),
    (
        "access policies",
        "accessConfig: {accessEntries: [{principalARN: \"arn:aws:iam::111122223333:role/a\", accessPolicies: [{policyARN: AmazonEKSViewerPolicy}, {policyARN: AmazonEKSEditPolicy, accessScope: {type: namespace}}, {policyARN: \"arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy\", accessScope: {namespaces: [a]}}, {policyARN: AmazonEKSAdminPolicy, accessScope: {type: namespace, namespaces: [\"a_b\", \"dev-*\"]}}]}]}",
    ),
    (
        "Fargate profiles",
        "fargateProfiles: [{name: eks-a, selectors: []}, {name: b, selectors: [{namespace: default, labels: {a: x, b: x, c: x, d: x, e: x, f: x}}, {namespace: UPPER}]}, {name: b, selectors: [{namespace: \"dev-*\"}, {namespace: \"dev-*\"}, {namespace: c, labels: {a: \"\"}}]}]",
    ),
    (
        "the roles and subnets of Fargate profiles",
        "iam: {fargatePodExecutionRoleARN: \"arn:aws:iam::111122223333:role/node\", fargatePodExecutionRolePermissionsBoundary: \"arn:aws:iam::aws:policy/PowerUserAccess\"}\nvpc: {id: vpc-0123456789abcdef0, subnets: {private: {eu-west-1a: {id: subnet-0123456789abcdef0}, eu-west-1b: {id: subnet-0123456789abcdef1}}, public: {eu-west-1a: {id: subnet-0123456789abcdef2}}}}\nmanagedNodeGroups: [{name: a, instanceType: m6i.large, iam: {instanceRoleARN: \"arn:aws:iam::111122223333:role/node\"}}]\nfargateProfiles: [{name: a, selectors: [{namespace: default}]}, {name: b, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef2], podExecutionRoleARN: \"arn:aws:iam::111122223333:role/fargate\", selectors: [{namespace: default}]}]",
    ),
    (
        "identity providers",
        "identityProviders: [{name: a, issuerURL: \"https://id.example.com\", clientID: k, usernamePrefix: \"system:\", groupsPrefix: \"oidc:\"}]",
    ),
    (
        "more identity providers",
        "identityProviders: [{name: a, issuerURL: \"http://id.example.com\", clientID: k}, {name: b, issuerURL: \"https://id.example.com?a=b\", clientID: k}]",
    ),
    (
        "capabilities",
        "accessConfig: {authenticationMode: CONFIG_MAP}\ncapabilities: [{name: a, type: ACK, roleARN: \"arn:aws:iam::111122223333:role/a\", attachPolicyARNs: [\"arn:aws:iam::aws:policy/AmazonS3FullAccess\"], configuration: {argocd: {}}}, {name: a, type: ACK}, {name: c, type: ARGOCD, configuration: {ack: {}, argocd: {rbacRoleMappings: [{role: ADMIN, identities: [{id: x, type: SSO_USER}]}, {role: ADMIN, identities: [{id: y, type: SSO_USER}]}]}}}]",
    ),
    ("access entries for roles that are not there", "accessConfig: {accessEntries: [{role: admin}]}"),
    (
        "pod identity associations and their roles",
        "iam: {roles: [{name: own, trust: {services: [pods.eks.amazonaws.com]}}], podIdentityAssociations: [{namespace: a, serviceAccountName: b}, {namespace: a, serviceAccountName: b, role: own}, {namespace: a, serviceAccountName: c, role: other, permissionPolicies: [x]}, {namespace: a, serviceAccountName: d, role: own, roleARN: \"arn:aws:iam::111122223333:role/d\", roleName: d}]}",
    ),
    (
        "sessions of pods",
        "iam: {podIdentityAssociations: [{namespace: A, serviceAccountName: b, roleARN: \"arn:aws:iam::111122223333:role/b\"}, {namespace: a, serviceAccountName: c, roleARN: \"arn:aws:iam::111122223333:role/c\", policy: {Version: \"2012-10-17\", Statement: []}}, {namespace: a, serviceAccountName: d, roleARN: \"arn:aws:iam::111122223333:role/d\", disableSessionTags: true, policy: {Version: \"2012-10-17\"}}]}",
    ),
    (
        "nobody is administrator",
        "accessConfig: {bootstrapClusterCreatorAdminPermissions: false, accessEntries: [{permissionSet: View, accessPolicies: [{policyARN: AmazonEKSViewPolicy}]}]}",
    ),
    ("repositories that have one name", "ecr: {repositories: [{name: app}, {name: app}]}"),
    (
        "names of repositories",
        "ecr: {repositories: [{name: a}, {name: App}, {name: team//app}, {name: app-}, {name: 1app}, {name: team/app..x}]}",
    ),
    ("tags of repositories", "ecr: {repositories: [{name: app, tags: {\"aws:x\": z}}]}"),
    (
        "exclusions from nothing",
        "ecr: {repositories: [{name: app, imageTagMutabilityExclusions: [\"dev-*\"]}, {name: other, imageTagMutability: MUTABLE_WITH_EXCLUSION}]}",
    ),
    (
        "too many exclusions",
        "ecr: {repositories: [{name: app, imageTagMutability: IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusions: [a, b, c, d, e, f]}, {name: other, imageTagMutability: IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusions: [\"a/b\"]}]}",
    ),
    (
        "a lifecycle said twice",
        "ecr: {repositories: [{name: app, lifecycle: [{keep: 5}], lifecyclePolicy: {rules: [{rulePriority: 1, selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 30}, action: {type: expire}}]}}]}",
    ),
    ("a lifecycle policy that is none", "ecr: {repositories: [{name: app, lifecyclePolicy: {rules: []}}]}"),
    (
        "lifecycle rules that say too much or too little",
        "ecr: {repositories: [{name: app, lifecycle: [{prefixes: [v]}, {keep: 5, expireAfterDays: 9, prefixes: [w]}, {keep: 0, prefixes: [x]}]}]}",
    ),
    (
        "lifecycle rules about tags",
        "ecr: {repositories: [{name: app, lifecycle: [{keep: 5, prefixes: [v], patterns: [\"w*\"]}, {expireUntaggedAfterDays: 3, prefixes: [x]}, {keep: 5, patterns: [\"*a*b*c*d*\"]}]}]}",
    ),
    (
        "lifecycle rules about the same",
        "ecr: {repositories: [{name: app, lifecycle: [{expireUntaggedAfterDays: 3}, {expireUntaggedAfterDays: 4}, {keep: 5, prefixes: [v]}, {expireAfterDays: 5, prefixes: [w, v]}]}]}",
    ),
    (
        "a lifecycle rule for all that is not the last",
        "ecr: {repositories: [{name: app, lifecycle: [{keep: 100}, {expireUntaggedAfterDays: 4}]}]}",
    ),
    (
        "too many lifecycle rules",
        "ecr: {repositories: [{name: app, lifecycle: [{keep: 1, prefixes: [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, p28, p29, p30, p31, p32, p33, p34, p35, p36, p37, p38, p39, p40, p41, p42, p43, p44, p45, p46, p47, p48, p49, p50]}]}]}",
    ),
    (
        "access said twice",
        "ecr: {repositories: [{name: app, access: {pull: [\"444455556666\"]}, policy: {Version: \"2012-10-17\", Statement: []}}]}",
    ),
    (
        "access for nobody that could be",
        "ecr: {repositories: [{name: app, access: {pull: [everybody], push: [\"role:nobody\"], organization: acme}}]}",
    ),
    (
        "encryption of images",
        "ecr: {repositories: [{name: a1, encryption: {type: KMS}}, {name: a2, encryption: {type: AES256, keyARN: alias/mine}}, {name: a3, encryption: {keyARN: \"arn:aws:kms:us-east-1:111122223333:key/1\"}}, {name: a4, encryption: {keyARN: mine}}]}",
    ),
    ("scanning", "ecr: {scanning: {rules: [{frequency: CONTINUOUS_SCAN}, {}]}}"),
    ("scanning twice", "ecr: {scanning: {type: ENHANCED, rules: [{filters: [a]}, {filters: [b]}]}}"),
    ("scanning said twice", "ecr: {repositories: [{name: app, scanOnPush: false}], scanning: {type: ENHANCED}}"),
    (
        "too many scanning rules",
        "ecr: {scanning: {type: ENHANCED, rules: [{}, {frequency: CONTINUOUS_SCAN}, {frequency: MANUAL}]}}",
    ),
    (
        "replication to where images are",
        "ecr: {replication: [{destinations: [{region: eu-west-1}, {region: eu-west-1, account: \"444455556666\"}, {region: eu-west-2}, {region: eu-west-2, account: \"111122223333\"}]}]}",
    ),
    (
        "replication twice",
        "ecr: {replication: [{destinations: [{region: eu-west-2}], prefixes: [team]}, {destinations: [{region: eu-west-2}], prefixes: [team]}]}",
    ),
    (
        "too many replication rules",
        "ecr: {replication: [{destinations: [{region: eu-west-2}], prefixes: [p0]}, {destinations: [{region: eu-west-2}], prefixes: [p1]}, {destinations: [{region: eu-west-2}], prefixes: [p2]}, {destinations: [{region: eu-west-2}], prefixes: [p3]}, {destinations: [{region: eu-west-2}], prefixes: [p4]}, {destinations: [{region: eu-west-2}], prefixes: [p5]}, {destinations: [{region: eu-west-2}], prefixes: [p6]}, {destinations: [{region: eu-west-2}], prefixes: [p7]}, {destinations: [{region: eu-west-2}], prefixes: [p8]}, {destinations: [{region: eu-west-2}], prefixes: [p9]}, {destinations: [{region: eu-west-2}], prefixes: [p10]}]}",
    ),
    (
        "too many destinations",
        "ecr: {replication: [{destinations: [{region: eu-west-2, account: \"000000000000\"}, {region: eu-west-2, account: \"000000000001\"}, {region: eu-west-2, account: \"000000000002\"}, {region: eu-west-2, account: \"000000000003\"}, {region: eu-west-2, account: \"000000000004\"}, {region: eu-west-2, account: \"000000000005\"}, {region: eu-west-2, account: \"000000000006\"}, {region: eu-west-2, account: \"000000000007\"}, {region: eu-west-2, account: \"000000000008\"}, {region: eu-west-2, account: \"000000000009\"}, {region: eu-west-2, account: \"000000000010\"}, {region: eu-west-2, account: \"000000000011\"}, {region: eu-west-2, account: \"000000000012\"}]}, {destinations: [{region: eu-west-2, account: \"000000000013\"}, {region: eu-west-2, account: \"000000000014\"}, {region: eu-west-2, account: \"000000000015\"}, {region: eu-west-2, account: \"000000000016\"}, {region: eu-west-2, account: \"000000000017\"}, {region: eu-west-2, account: \"000000000018\"}, {region: eu-west-2, account: \"000000000019\"}, {region: eu-west-2, account: \"000000000020\"}, {region: eu-west-2, account: \"000000000021\"}, {region: eu-west-2, account: \"000000000022\"}, {region: eu-west-2, account: \"000000000023\"}, {region: eu-west-2, account: \"000000000024\"}, {region: eu-west-2, account: \"000000000025\"}]}]}",
    ),
];

#[test]
fn every_contradiction_is_told() {
    let mut told = String::new();
    for (what, body) in CASES {
        let problems = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None);
        let problems = problems.expect_err(what).to_string();
        let _ = writeln!(told, "# {what}\n{problems}");
    }
    insta::assert_snapshot!(told);
}

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
        "ecr: {repositories: [{name: app, imageTagMutability: IMMUTABLE_WITH_EXCLUSION, imageTagMutabilityExclusions: [\"dev-*\"], encryption: {type: KMS, keyARN: alias/aws/ecr}}], scanning: {type: ENHANCED, rules: [{frequency: CONTINUOUS_SCAN, filters: [\"prod/*\"]}, {}]}, replication: []}",
        "managedNodeGroups: [{name: a, instanceType: p5.48xlarge, capacityBlock: true, capacityReservation: {capacityReservationTarget: {capacityReservationID: cr-0123456789abcdef0}}}]",
    ] {
        let loaded = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None);
        loaded.unwrap_or_else(|problems| panic!("{body}\n{problems}"));
    }
}
