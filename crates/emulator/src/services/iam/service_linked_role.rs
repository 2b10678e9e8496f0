//! Roles that belong to a service: it alone changes them.
//!
//! Source: "Using service-linked roles" in the IAM user guide, and the page of each service.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Role, no_such_entity};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("CreateServiceLinkedRole", create_service_linked_role),
    ("DeleteServiceLinkedRole", delete_service_linked_role),
    ("GetServiceLinkedRoleDeletionStatus", get_service_linked_role_deletion_status),
];

/// A service and its role.
pub(super) struct Linked {
    /// Also the path of the role.
    service: &'static str,
    role: &'static str,
    /// A managed policy below `aws-service-role/`.
    pub(super) policy: &'static str,
    /// Whether there may be more such roles, told apart by a suffix.
    takes_suffix: bool,
}

/// The services that this account has to do with.
pub(super) const LINKED: &[Linked] = &[
    Linked {
        service: "autoscaling.amazonaws.com",
        role: "AWSServiceRoleForAutoScaling",
        policy: "AutoScalingServiceRolePolicy",
        takes_suffix: true,
    },
    Linked {
        service: "eks-fargate.amazonaws.com",
        role: "AWSServiceRoleForAmazonEKSForFargate",
        policy: "AmazonEKSForFargateServiceRolePolicy",
        takes_suffix: false,
    },
    Linked {
        service: "eks-nodegroup.amazonaws.com",
        role: "AWSServiceRoleForAmazonEKSNodegroup",
        policy: "AWSServiceRoleForAmazonEKSNodegroup",
        takes_suffix: false,
    },
    Linked {
        service: "eks.amazonaws.com",
        role: "AWSServiceRoleForAmazonEKS",
        policy: "AmazonEKSServiceRolePolicy",
        takes_suffix: false,
    },
    Linked {
        service: "elasticloadbalancing.amazonaws.com",
        role: "AWSServiceRoleForElasticLoadBalancing",
        policy: "AWSElasticLoadBalancingServiceRolePolicy",
        takes_suffix: false,
    },
    Linked {
        service: "pullthroughcache.ecr.amazonaws.com",
        role: "AWSServiceRoleForECRPullThroughCache",
        policy: "AWSECRPullThroughCache_ServiceRolePolicy",
        takes_suffix: false,
    },
    Linked {
        service: "replication.ecr.amazonaws.com",
        role: "AWSServiceRoleForECRReplication",
        policy: "ECRReplicationServiceRolePolicy",
        takes_suffix: false,
    },
    Linked {
        service: "spot.amazonaws.com",
        role: "AWSServiceRoleForEC2Spot",
        policy: "AWSEC2SpotServiceRolePolicy",
        takes_suffix: false,
    },
];

/// Creates the role of `service`, such as `eks.amazonaws.com`, unless it is there: what services do when they first
/// need it.
pub(crate) fn ensure(call: &mut Call<'_>, service: &str) -> Result<(), ApiError> {
    let linked = find(service)?;
    if call.iam().role(linked.role).is_none() {
        create(call, linked, linked.role.to_owned(), None);
    }
    Ok(())
}

fn find(service: &str) -> Result<&'static Linked, ApiError> {
    let found = LINKED.iter().find(|linked| linked.service == service);
    found.ok_or_else(|| ApiError::new("InvalidInput", format!("Service {service} has no service-linked role.")))
}

/// The name must be free.
fn create(call: &mut Call<'_>, linked: &Linked, name: String, description: Option<String>) -> Value {
    let path = format!("/aws-service-role/{}/", linked.service);
    let statement =
        json!({ "Effect": "Allow", "Principal": { "Service": linked.service }, "Action": "sts:AssumeRole" });
    let policy = format!("arn:{}:iam::aws:policy/aws-service-role/{}", call.partition(), linked.policy);
    let role = Role {
        id: call.iam_id("AROA"),
        arn: call.iam_arn(&format!("role{path}{name}")),
        name,
        path,
        created_at: call.now,
        trust_policy: json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string(),
        description,
        max_session_duration: 3600,
        permissions_boundary: None,
        tags: Tags::new(),
        attached: BTreeSet::from([policy]),
        inline_policies: BTreeMap::new(),
        service_linked: Some(linked.service.to_owned()),
    };
    let answer = role.in_full(call.epoch);
    call.iam().roles.insert(role.name.clone(), role);
    answer
}

fn create_service_linked_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let linked = find(&call.required("AWSServiceName"))?;
    let name = match call.text("CustomSuffix") {
        None => linked.role.to_owned(),
        Some(suffix) if linked.takes_suffix => format!("{}_{suffix}", linked.role),
        Some(_) => return refuse("InvalidInput", format!("Custom suffix is not allowed for {}", linked.service)),
    };
    if name.len() > 64 {
        return refuse("InvalidInput", format!("The role name {name} is longer than 64 characters"));
    }
    if call.iam().roles.keys().any(|taken| taken.eq_ignore_ascii_case(&name)) {
        let message =
            format!("Service role name {name} has been taken in this account, please try a different suffix.");
        return refuse("InvalidInput", message);
    }
    let description = call.text("Description").map(str::to_owned);
    Ok(json!({ "Role": create(call, linked, name, description) }))
}

/// The task is complete at once.
fn delete_service_linked_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("RoleName");
    let Some(service) = call.iam().existing(&name)?.service_linked.clone() else {
        return Err(no_such_entity(format!("The service-linked role with name {name} cannot be found.")));
    };
    let task = format!("task/aws-service-role/{service}/{name}/{}", call.uuid());
    let iam = call.iam();
    iam.roles.remove(&name);
    iam.deletions.insert(task.clone());
    Ok(json!({ "DeletionTaskId": task }))
}

fn get_service_linked_role_deletion_status(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let task = call.required("DeletionTaskId");
    if !task.starts_with("task/aws-service-role/") || task.split('/').count() != 5 {
        return refuse("InvalidInput", format!("The deletion task id {task} is not valid."));
    }
    if !call.iam().deletions.contains(&task) {
        return Err(no_such_entity(format!("The deletion task {task} cannot be found.")));
    }
    Ok(json!({ "Status": "SUCCEEDED" }))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::call::Caller;
    use crate::weather::RunningWeather;
    use crate::world::Account;

    #[test]
    fn a_service_makes_its_role_once() {
        let mut account = Account::default();
        let mut call = Call {
            input: json!({}),
            operation: "CreateCluster",
            account_id: "111122223333".to_owned(),
            region_name: "eu-west-1".to_owned(),
            caller: Caller { arn: String::new(), user_id: String::new() },
            now: 7.0,
            epoch: 0.0,
            seed: 0,
            instant: false,
            completes: Cell::default(),
            weather: &mut RunningWeather::default(),
            account: &mut account,
        };
        assert_eq!(ensure(&mut call, "eks.amazonaws.com"), Ok(()));
        let made = call.iam().role("AWSServiceRoleForAmazonEKS").cloned().expect("the role");
        assert!(made.trusts("eks.amazonaws.com") && made.has_policy("AmazonEKSServiceRolePolicy"));
        assert_eq!(made.created_at, 7.0);
        assert_eq!(made.path, "/aws-service-role/eks.amazonaws.com/");
        assert_eq!(ensure(&mut call, "eks.amazonaws.com"), Ok(()));
        assert_eq!(call.iam().role(&made.name), Some(&made));
        assert!(ensure(&mut call, "nothing.amazonaws.com").is_err());
    }
}
