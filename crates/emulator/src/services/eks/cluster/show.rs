//! A cluster as the API shows it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::auto_mode::Shown;
use super::{Cluster, IpFamily, State, encryption, logging};
use crate::call::Call;
use crate::random;
use crate::services::eks::health;

impl Cluster {
    pub(super) fn show(&self, call: &Call<'_>) -> Value {
        let (config, auto_mode) = (&self.config, Shown::new(self.config.auto_mode.as_ref()));
        json!({
            "name": self.name,
            "arn": self.arn,
            "createdAt": call.epoch + self.created_at,
            "version": config.version,
            "endpoint": self.is_born().then(|| self.endpoint(call)),
            "roleArn": self.role_arn,
            "resourcesVpcConfig": self.show_vpc_config(),
            "kubernetesNetworkConfig": self.show_network(auto_mode.balancing),
            "logging": logging::show(&config.logging),
            "identity": self.is_born().then(|| json!({ "oidc": { "issuer": self.issuer(call) } })),
            "status": self.status(),
            "certificateAuthority": if self.is_born() { self.show_authority() } else { json!({}) },
            "platformVersion": config.version.platform(),
            "tags": self.tags,
            "encryptionConfig": config.encryption_key.as_deref().map(encryption::show),
            "health": health::show(&self.issues),
            "accessConfig": { "authenticationMode": config.authentication_mode },
            "upgradePolicy": { "supportType": config.support_type },
            "zonalShiftConfig": { "enabled": config.zonal_shift },
            "remoteNetworkConfig": config.remote_network.as_ref().map(|network| network.show()),
            "computeConfig": auto_mode.compute,
            "storageConfig": auto_mode.storage,
            "deletionProtection": config.deletion_protection,
            "controlPlaneScalingConfig": { "tier": config.tier },
            "kubeApiServerConfig": config.components.api_server,
            "kubeSchedulerConfig": config.components.scheduler,
            "kubeControllerManagerConfig": config.components.controller_manager,
        })
    }

    /// Whether it has been ready: only then it has an endpoint, and what goes with it.
    pub(super) fn is_born(&self) -> bool {
        self.security_group.is_some()
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating(_) => "CREATING",
            State::Active => "ACTIVE",
            State::Updating(_) => "UPDATING",
            State::Deleting(_) => "DELETING",
            State::Failed => "FAILED",
        }
    }

    fn show_vpc_config(&self) -> Value {
        let (config, endpoint) = (&self.config, &self.config.endpoint);
        json!({
            "subnetIds": config.subnets,
            "securityGroupIds": config.security_groups,
            "clusterSecurityGroupId": self.security_group,
            "vpcId": self.vpc_id,
            "endpointPublicAccess": endpoint.public,
            "endpointPrivateAccess": endpoint.private,
            "publicAccessCidrs": endpoint.public_access_cidrs,
            "controlPlaneEgressMode": config.egress_mode,
        })
    }

    fn show_network(&self, balancing: Value) -> Value {
        let service_cidr = match self.ip_family {
            IpFamily::Ipv4 => "serviceIpv4Cidr",
            IpFamily::Ipv6 => "serviceIpv6Cidr",
        };
        json!({ service_cidr: self.service_cidr, "ipFamily": self.ip_family, "elasticLoadBalancing": balancing })
    }

    fn show_authority(&self) -> Value {
        let body = STANDARD.encode(random::hex(&json!([self.uid, "authority"]), 64));
        let certificate = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let id = random::uuid(&json!([self.uid, "authority"]));
        json!({ "data": STANDARD.encode(certificate), "active": { "id": id, "activatedBy": "EKS" } })
    }

    /// The same in the endpoint and in the issuer.
    fn public_id(&self) -> String {
        random::hex(&json!([self.uid, "endpoint"]), 32).to_uppercase()
    }

    /// Source: "Cluster API server endpoint", the formats of IPv4 and IPv6 clusters.
    fn endpoint(&self, call: &Call<'_>) -> String {
        let (id, region) = (self.public_id(), &call.region_name);
        match self.ip_family {
            IpFamily::Ipv4 => format!("https://{id}.gr7.{region}.eks.{}", domain(call)),
            IpFamily::Ipv6 => format!("https://{id}.gr7.eks-cluster.{region}.api.aws"),
        }
    }

    pub(in crate::services::eks) fn issuer(&self, call: &Call<'_>) -> String {
        format!("https://oidc.eks.{}.{}/id/{}", call.region_name, domain(call), self.public_id())
    }
}

fn domain(call: &Call<'_>) -> &'static str {
    if call.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
}
